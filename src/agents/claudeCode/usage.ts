import { type Usage, usage } from '../../core/usage.ts';
import { field } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';

/**
 * Anthropic's `usage` as Claude Code writes it down: cache reads and writes are outside `input_tokens`; writes without a
 * lifetime are five-minute writes, which is what the API makes when nothing else is asked.
 */
export function claudeUsage(record: unknown): Usage {
  const lifetimes = field(record, 'cache_creation');
  const hour = tokens(lifetimes, 'ephemeral_1h_input_tokens');
  const fiveMinutes = tokens(lifetimes, 'ephemeral_5m_input_tokens');
  const written = Math.max(tokens(record, 'cache_creation_input_tokens'), hour + fiveMinutes);
  const output = tokens(record, 'output_tokens');
  return usage({
    uncachedInput: tokens(record, 'input_tokens'),
    cacheRead: tokens(record, 'cache_read_input_tokens'),
    cacheWrite5m: written - hour,
    cacheWrite1h: hour,
    output,
    reasoning: Math.min(output, tokens(field(record, 'output_tokens_details'), 'thinking_tokens')),
    webSearches: tokens(field(record, 'server_tool_use'), 'web_search_requests'),
  });
}
