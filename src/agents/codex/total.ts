import { field } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';

/** The thread's running total as an identity: it grows with every answer, so it names the answer that made it. */
export function totalKey(thread: string, total: unknown): string {
  const parts = ['input_tokens', 'cached_input_tokens', 'output_tokens', 'reasoning_output_tokens'].map((name) =>
    tokens(total, name),
  );
  return `codex-total:${thread}:${parts.join('/')}`;
}

export function isEmptyTotal(total: unknown): boolean {
  return field(total, 'input_tokens') === 0 && field(total, 'output_tokens') === 0;
}
