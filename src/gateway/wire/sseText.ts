/** One Server-Sent Event of our own. JSON has no raw newline, so one data line does. */
export function sseText(data: object | string, event?: string): string {
  return `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
