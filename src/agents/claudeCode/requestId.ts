/**
 * The key of Anthropic's id of a request (the answer's `request-id` header): all that Claude Code's telemetry tells of which request it was. None for what other
 * endpoints put in its place, which may be the same for every request.
 */
export function requestKeys(id: string | undefined): readonly string[] {
  return id !== undefined && /^req_[A-Za-z0-9_-]{16,}$/.test(id) ? [`req:${id}`] : [];
}
