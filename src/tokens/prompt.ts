import { tallyAnthropic } from './anthropicPrompt.ts';
import { BlockMemo } from './blockMemo.ts';
import { type BodyFacts, bodyFacts } from './bodyFacts.ts';
import { fields, text } from './bodyFields.ts';
import type { EncodingName, TokenCounter } from './bpe.ts';
import { encodingOf, priorPlusMinus } from './encodings.ts';
import { tallyGemini } from './geminiPrompt.ts';
import { tallyOpenaiChat } from './openaiChatPrompt.ts';
import { tallyOpenaiResponses } from './openaiResponsesPrompt.ts';
import { type PromptPart, Tally } from './tally.ts';
import { tallyTexts } from './textsPrompt.ts';
import { unusedToolTokens } from './toolUse.ts';

/** `other`: embeddings, old completions and the like, which are their text alone. */
export type PromptProtocol = 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini' | 'other';

/** How a number of tokens was found. */
export type Counted = 'exact' | 'calibrated' | 'estimated';

/** A prompt in tokens. `tokens` is the sum of `parts`. */
export interface PromptCount {
  readonly model: string;
  readonly encoding: EncodingName;
  readonly tokens: number;
  readonly counted: Counted;
  /** Relative error to expect of `tokens`; 0 when exact. */
  readonly plusMinus: number;
  readonly parts: Readonly<Record<PromptPart, number>>;
  /** Part of `parts.tools`: schemas of tools that nothing in the conversation has called so far. */
  readonly unusedTools: number;
  readonly body: BodyFacts;
}

/** Answers the counter of an encoding; loads it when it is first wanted. */
export type CounterOf = (encoding: EncodingName) => TokenCounter;

const tallies = {
  anthropic: tallyAnthropic,
  'openai-chat': tallyOpenaiChat,
  'openai-responses': tallyOpenaiResponses,
  gemini: tallyGemini,
  other: tallyTexts,
} as const;

/**
 * Counts whole request bodies. Remembers what it has counted by keyed hash, so that the next turn of a conversation
 * costs its new text only; answers the same with and without that memory.
 */
export class PromptCounter {
  readonly #counterOf: CounterOf;
  readonly #memo: BlockMemo | null;

  /** `memo: null` counts everything every time. */
  constructor(counterOf: CounterOf, memo: BlockMemo | null = new BlockMemo()) {
    this.#counterOf = counterOf;
    this.#memo = memo;
  }

  /**
   * `body`: the parsed JSON, whatever it is. `model`: where the body does not name it (Gemini has it in the path).
   * Exact where the model's encoding is public and all that is in the body follows rules that are known to the token.
   */
  count(body: unknown, protocol: PromptProtocol, model?: string): PromptCount {
    const root = fields(body);
    const named = text(root.model) || model || '';
    const encoding = encodingOf(named);
    const counter = this.#counterOf(encoding.encoding);
    const count = (each: string): number => this.#countText(each, counter);
    const tally = new Tally(named, encoding, count);
    tallies[protocol](root, tally);
    const { text: texts, fixed, unsure, images, incomplete } = tally.result();
    const part = (name: PromptPart): number => Math.round(texts[name] * encoding.ratio) + Math.round(fixed[name]);
    const parts = { system: part('system'), tools: part('tools'), messages: part('messages') };
    const tokens = parts.system + parts.tools + parts.messages;
    const error = (encoding.exact ? 0 : priorPlusMinus) + (tokens > 0 ? unsure / tokens : 0);
    return {
      model: named,
      encoding: encoding.encoding,
      tokens,
      counted: error > 0 || incomplete ? 'estimated' : 'exact',
      plusMinus: incomplete ? 1 : rounded(Math.min(error, 1)),
      parts,
      unusedTools: Math.min(parts.tools, Math.round(unusedToolTokens(root, count) * encoding.ratio)),
      body: bodyFacts(root, protocol, named, images),
    };
  }

  /** Tokens of one text for `model`, framing not included. */
  countText(each: string, model: string): Pick<PromptCount, 'tokens' | 'counted' | 'plusMinus' | 'encoding'> {
    const { encoding, exact, ratio } = encodingOf(model);
    const tokens = Math.round(this.#countText(each, this.#counterOf(encoding)) * ratio);
    return { tokens, encoding, counted: exact ? 'exact' : 'estimated', plusMinus: exact ? 0 : priorPlusMinus };
  }

  #countText(each: string, counter: TokenCounter): number {
    return this.#memo ? this.#memo.count(each, counter.encoding, (again) => counter.count(again)) : counter.count(each);
  }
}

/** Two significant digits, so that no false precision is shown; never 0 for what is not exact. */
function rounded(error: number): number {
  return error === 0 ? 0 : Math.max(0.001, Number(error.toPrecision(2)));
}
