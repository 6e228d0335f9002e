import { type Usage, usage } from '../../core/usage.ts';
import { NonsenseLine } from '../agent.ts';
import { field } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';

/** Codex's counts: cached and written tokens are inside `input_tokens`, reasoning is inside `output_tokens`. */
export function codexUsage(record: unknown): Usage {
  const input = tokens(record, 'input_tokens');
  const cacheRead = tokens(record, 'cached_input_tokens');
  const written = tokens(record, 'cache_write_input_tokens');
  const output = tokens(record, 'output_tokens');
  if (cacheRead + written > input) throw new NonsenseLine('more cached than sent');
  return usage({
    uncachedInput: input - cacheRead - written,
    cacheRead,
    cacheWrite30m: written,
    output,
    reasoning: Math.min(output, tokens(record, 'reasoning_output_tokens')),
  });
}

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
