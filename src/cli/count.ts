import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type CounterOf, PromptCounter, type PromptProtocol } from '../tokens/prompt.ts';
import { countersIn } from '../tokens/tables.ts';
import type { Command } from './command.ts';
import { runLines } from './lines.ts';

const encodingSchema = z.enum(['o200k_base', 'cl100k_base']);
const lineSchema = z.union(
  [
    z.object({ text: z.string(), encoding: encodingSchema }),
    z.object({ text: z.string(), model: z.string() }),
    z.object({
      body: z.record(z.string(), z.unknown()),
      api: z.enum(['messages', 'chat.completions', 'responses', 'generateContent']),
      model: z.string().optional(),
    }),
  ],
  {
    error:
      'expected {text, encoding: o200k_base|cl100k_base}, {text, model} or {body, api: messages|chat.completions|responses|generateContent}',
  },
);

const protocols: Readonly<Record<string, PromptProtocol>> = {
  messages: 'anthropic',
  'chat.completions': 'openai-chat',
  responses: 'openai-responses',
  generateContent: 'gemini',
};

/** What counting a line needs. */
export interface CountParts {
  readonly counterOf: CounterOf;
  readonly prompts: PromptCounter;
}

/** `spend-meter count`: tokens of texts and of whole request bodies. */
export const main: Command = (_args, io) => {
  const counterOf = countersIn(fileURLToPath(new URL('./tokens/', import.meta.url)));
  const parts = { counterOf, prompts: new PromptCounter(counterOf) };
  return runLines(io.stdin, io.stdout, (value) => countLine(value, parts));
};

/** Answers `{tokens, encoding, basis, plusMinus?}`; `plusMinus` is relative and left out when exact. Throws on a line it cannot read. */
export function countLine(value: unknown, { counterOf, prompts }: CountParts): object {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) throw new RangeError(z.prettifyError(parsed.error).replaceAll('\n', ' '));
  const line = parsed.data;
  if ('body' in line) {
    const count = prompts.count(line.body, protocols[line.api] ?? 'other', line.model);
    return { ...shown(count), parts: count.parts };
  }
  if ('encoding' in line) return { tokens: counterOf(line.encoding).count(line.text), encoding: line.encoding, basis: 'exact' };
  return shown(prompts.countText(line.text, line.model));
}

function shown({ tokens, encoding, counted, plusMinus }: ReturnType<PromptCounter['countText']>): object {
  return { tokens, encoding, basis: counted, ...(counted === 'exact' ? {} : { plusMinus }) };
}
