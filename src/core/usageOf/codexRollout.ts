import { toldUsage, type Usage, usage } from '../usage.ts';
import { instant, isObject, type JsonObject, object, text, tokens } from './json.ts';
import type { AnswerFacts } from './usageReader.ts';

/**
 * The steps in the lines of a Codex rollout file. `last_token_usage` is one step, `total_token_usage` the running sum:
 * an event that repeats the sum is a repetition, one without `info` says nothing. Where the step is missing it is the
 * difference of two sums. The model is in the `turn_context` before it.
 */
export function codexAnswers(lines: readonly unknown[]): readonly AnswerFacts[] {
  const answers: AnswerFacts[] = [];
  let model: string | undefined;
  let total = '';
  let before: JsonObject = {};
  for (const line of lines.map(object)) {
    const payload = object(line.payload);
    if (line.type === 'turn_context') model = text(payload.model) ?? model;
    if (payload.type !== 'token_count' || !isObject(payload.info)) continue;
    const { total_token_usage, last_token_usage } = payload.info;
    const sum = JSON.stringify(total_token_usage ?? null);
    if (isObject(total_token_usage) && sum === total) continue;
    const step = isObject(last_token_usage) ? last_token_usage : difference(object(total_token_usage), before);
    total = sum;
    before = object(total_token_usage);
    answers.push({ usage: codexUsage(step), model, toolCalls: 0, final: true, at: instant(line.timestamp) });
  }
  return answers;
}

/** Cached and written tokens are inside `input_tokens`, reasoning inside `output_tokens`. */
export function codexUsage(said: JsonObject): Usage | undefined {
  const cacheRead = tokens(said.cached_input_tokens);
  const cacheWrite30m = tokens(said.cache_write_input_tokens);
  const output = tokens(said.output_tokens);
  return toldUsage(
    usage({
      uncachedInput: Math.max(0, tokens(said.input_tokens) - cacheRead - cacheWrite30m),
      cacheRead,
      cacheWrite30m,
      output,
      reasoning: Math.min(tokens(said.reasoning_output_tokens), output),
    }),
  );
}

/** The step between two running sums. */
export function difference(total: JsonObject, before: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(total).map((name) => [name, tokens(total[name]) - tokens(before[name])]));
}
