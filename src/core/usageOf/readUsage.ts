import { claudeCodeAnswers } from './claudeCodeLines.ts';
import { codexAnswers } from './codexRollout.ts';
import { isObject, list } from './json.ts';
import { type AnswerFacts, usageReader, type Wire } from './usageReader.ts';

/** What an `api` name means: the dialect, and whether the list is a stream's events, separate answers, or a session file's lines. */
type Shape =
  | { readonly kind: 'answer'; readonly wire: Wire; readonly batch?: boolean }
  | { readonly kind: 'claude-code' }
  | { readonly kind: 'codex' };

const shapes: Readonly<Record<string, Shape>> = {
  messages: { kind: 'answer', wire: 'anthropic' },
  'messages-stream': { kind: 'answer', wire: 'anthropic' },
  'messages/batches': { kind: 'answer', wire: 'anthropic', batch: true },
  'chat.completions': { kind: 'answer', wire: 'openai-chat' },
  'chat.completions-stream': { kind: 'answer', wire: 'openai-chat' },
  batch: { kind: 'answer', wire: 'other', batch: true },
  responses: { kind: 'answer', wire: 'openai-responses' },
  'responses-stream': { kind: 'answer', wire: 'openai-responses' },
  generateContent: { kind: 'answer', wire: 'gemini' },
  streamGenerateContent: { kind: 'answer', wire: 'gemini' },
  converse: { kind: 'answer', wire: 'bedrock' },
  'converse-stream': { kind: 'answer', wire: 'bedrock' },
  'api/chat': { kind: 'answer', wire: 'ollama' },
  'api/generate': { kind: 'answer', wire: 'ollama' },
  'claude-code-jsonl': { kind: 'claude-code' },
  'codex-rollout': { kind: 'codex' },
};

/** Every name `readUsage` understands, without the `[]` forms. */
export const apiNames: readonly string[] = Object.keys(shapes);

/**
 * Reads the usage of one call, or of several: `response` is the provider's own JSON; a list is the events of one stream,
 * or with `api` ending in `[]` separate answers
 * (a list, or `{repeat: n, of: answer}`); `claude-code-jsonl` and `codex-rollout` take the lines of a session file.
 * Each answer is priced by itself. Answers without usage are left out. Throws a `RangeError` on an unknown `api`.
 */
export function readUsage(api: string, response: unknown, provider?: string): readonly AnswerFacts[] {
  const several = api.endsWith('[]');
  const name = several ? api.slice(0, -2) : api;
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (!shape) throw new RangeError(`unknown api ${JSON.stringify(api)}; known: ${apiNames.join(', ')}`);
  switch (shape.kind) {
    case 'claude-code':
      return claudeCodeAnswers(list(response));
    case 'codex':
      return codexAnswers(list(response));
    case 'answer': {
      if (!several) return [one(shape, response, provider)].filter(hasUsage);
      if (isObject(response) && typeof response.repeat === 'number')
        return repeated(one(shape, response.of, provider), response.repeat);
      return (Array.isArray(response) ? response : [response]).map((each) => one(shape, each, provider)).filter(hasUsage);
    }
  }
}

function one(shape: Shape & { readonly kind: 'answer' }, response: unknown, provider: string | undefined): AnswerFacts {
  const reader = usageReader(shape.wire, provider);
  for (const event of Array.isArray(response) ? response : [response]) reader.event(event);
  const { usage, asides, answerId, model, region, reportedUsd, toolCalls, final, at } = reader;
  const serviceTier = shape.batch ? 'batch' : reader.serviceTier;
  return { usage, asides, answerId, model, serviceTier, region, reportedUsd, toolCalls, final, at };
}

/** The provider's own price is enough, whatever counts are missing beside it. */
function hasUsage(facts: AnswerFacts): boolean {
  return facts.usage !== undefined || facts.reportedUsd !== undefined;
}

/** `{repeat: n, of: answer}` stands for the same answer n times. */
function repeated(facts: AnswerFacts, times: number): readonly AnswerFacts[] {
  if (!(times >= 0 && times <= 10_000_000)) throw new RangeError(`cannot repeat an answer ${times} times`);
  return hasUsage(facts) ? new Array<AnswerFacts>(Math.floor(times)).fill(facts) : [];
}
