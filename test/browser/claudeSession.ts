/** One answer in a session file of Claude Code's. */
export interface ClaudeAnswer {
  readonly session: string;
  readonly id: string;
  /** Milliseconds since the epoch; now, unless it is said. */
  readonly at?: number;
  readonly model?: string;
  readonly input: number;
  readonly output: number;
  /** Of the cache, for five minutes. */
  readonly write?: number;
  readonly read?: number;
}

/** Folder and line, as Claude Code 2.1 names and writes them. */
export const claudeFolder = '.claude/projects/-home-somebody-shop';

export function claudeLine({ session, id, at = Date.now(), model, input, output, write = 0, read = 0 }: ClaudeAnswer): string {
  return `${JSON.stringify({
    type: 'assistant',
    isSidechain: false,
    sessionId: session,
    cwd: '/home/somebody/shop',
    gitBranch: 'main',
    requestId: `req_${id}`,
    timestamp: new Date(at).toISOString(),
    message: {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model: model ?? 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: 'done' }],
      stop_reason: 'end_turn',
      usage: {
        input_tokens: input,
        cache_creation_input_tokens: write,
        cache_read_input_tokens: read,
        cache_creation: { ephemeral_5m_input_tokens: write, ephemeral_1h_input_tokens: 0 },
        output_tokens: output,
        service_tier: 'standard',
      },
    },
  })}\n`;
}
