import { bareModel, claudeVersion } from './encodings.ts';

/**
 * What providers add around the text of a prompt: data, with the day it was checked. All numbers are tokens.
 *
 * Sources. OpenAI messages: openai-cookbook "How to count tokens with tiktoken", and 104 recorded requests of which 94
 * come out exactly. OpenAI tools: the namespace rendering known from hmarr's write-up, offsets from 62 recordings.
 * Claude and Gemini: medians over the same public recordings (pydantic-ai, openllmetry, openinference, llm-anthropic);
 * the tools constant of one and the same Claude model has changed over time, so it is a prior to be calibrated, no truth.
 */

export interface OpenaiFraming {
  readonly models: RegExp;
  /** Once per prompt. */
  readonly prompt: number;
  /** Once, where tools are offered: by Chat Completions, by Responses, by Responses with instructions. */
  readonly tools: { readonly chat: number; readonly responses: number; readonly responsesWithInstructions: number };
  /** The first tool call of a turn over its name and arguments, and each further one. */
  readonly firstCall: number;
  readonly furtherCall: number;
  readonly image: ImageRule;
  readonly checked: string;
}

export type ImageRule =
  | { readonly kind: 'tiles'; readonly base: number; readonly tile: number }
  | { readonly kind: 'patches'; readonly most: number; readonly factor: number };

const olderTools = { chat: 9, responses: 2, responsesWithInstructions: 2 };
const gpt5Tools = { chat: 89, responses: 6, responsesWithInstructions: 6 };
const gpt52Tools = { chat: 89, responses: 6, responsesWithInstructions: 21 };
const patches = (factor: number): ImageRule => ({ kind: 'patches', most: 1536, factor });
const tiles = (base: number, tile: number): ImageRule => ({ kind: 'tiles', base, tile });
const checked = '2026-11-22';
const older = { prompt: 3, tools: olderTools, firstCall: 7, furtherCall: 14, checked };
const reasoning = { prompt: 2, tools: olderTools, firstCall: 7, furtherCall: 14, checked };
const gpt5 = { prompt: 2, tools: gpt5Tools, firstCall: 13, furtherCall: 14, checked };

/** By bare model id; the first that fits wins, the last fits everything. */
const openaiRows: readonly OpenaiFraming[] = [
  { models: /^gpt-4o-mini/, ...older, image: tiles(2833, 5667) },
  { models: /^gpt-4\.1-mini/, ...older, image: patches(1.62) },
  { models: /^gpt-4\.1-nano/, ...older, image: patches(2.46) },
  { models: /^(gpt-[34]|chatgpt)/, ...older, image: tiles(85, 170) },
  { models: /^o4-mini/, ...reasoning, image: patches(1.72) },
  { models: /^(o\d|codex-mini|computer-use)/, ...reasoning, image: tiles(75, 150) },
  { models: /^gpt-5[\w.-]*-mini/, ...gpt5, image: patches(1.62) },
  { models: /^gpt-5[\w.-]*-nano/, ...gpt5, image: patches(2.46) },
  { models: /^gpt-5\.[2-9]/, ...gpt5, tools: gpt52Tools, image: tiles(70, 140) },
  { models: /^gpt-5/, ...gpt5, image: tiles(70, 140) },
  { models: /^gpt-[6-9]/, ...gpt5, tools: gpt52Tools, image: tiles(70, 140) },
  { models: /(?:)/, ...older, image: tiles(85, 170) },
];

/**
 * Per message of Chat Completions or Responses, over role and content; for a `name`, over the name itself; and for the
 * older `function_call` and the name of its result (as OpenAI reported them for gpt-3.5-turbo: hmarr/openai-chat-tokens).
 */
export const openaiMessage = { message: 3, name: 1, functionCall: 3, functionName: -1 };
/** Taken off the tools where there is a system message, and for each tool after the first. */
export const openaiToolsLess = { system: 4, furtherTool: 1 };
/** A tool of the provider's own brings a hidden prompt of hundreds to thousands; prior. */
export const openaiBuiltinTool = 300;
/** Hidden reasoning sent back encrypted: characters of the blob per token; prior. */
export const encryptedCharsPerToken = 8;

export function openaiFraming(model: string): OpenaiFraming {
  const bare = bareModel(model);
  return openaiRows.find(({ models }) => models.test(bare)) as OpenaiFraming;
}

export interface ClaudeFraming {
  /** Version from which this holds, as `claudeVersion` has it. */
  readonly from: number;
  readonly firstMessage: number;
  /** Hidden prompt where tools are offered: `tool_choice` auto or none, and any or a named tool. */
  readonly toolsAuto: number;
  readonly toolsAny: number;
  /** A call and its result, over their content and over the messages they are in. */
  readonly toolCall: number;
  readonly toolResult: number;
  /** Longest side of an image in pixels, and the most tokens it makes. */
  readonly imageSide: number;
  readonly imageMost: number;
  readonly checked: string;
}

const claudeImage = { imageSide: 1568, imageMost: 1600, checked };
const newerClaudeImage = { imageSide: 2576, imageMost: 4800, checked };
/** Oldest first; the last one whose `from` is not above the model's version holds. */
const claudeRows: readonly ClaudeFraming[] = [
  { from: 0, firstMessage: 7, toolsAuto: 349, toolsAny: 349, toolCall: 29, toolResult: 21, ...claudeImage },
  { from: 4, firstMessage: 7, toolsAuto: 333, toolsAny: 358, toolCall: 29, toolResult: 21, ...claudeImage },
  { from: 4.05, firstMessage: 7, toolsAuto: 500, toolsAny: 610, toolCall: 29, toolResult: 21, ...claudeImage },
  { from: 4.07, firstMessage: 11, toolsAuto: 500, toolsAny: 610, toolCall: 22, toolResult: 15, ...newerClaudeImage },
  { from: 5, firstMessage: 6, toolsAuto: 425, toolsAny: 535, toolCall: 22, toolResult: 15, ...newerClaudeImage },
];
/** Other models behind Anthropic's protocol have no hidden prompt of Claude's. */
const foreignFraming: ClaudeFraming = {
  ...(claudeRows[0] as ClaudeFraming),
  toolsAuto: 0,
  toolsAny: 0,
  toolCall: 10,
  toolResult: 5,
};

export const claudeExtras = {
  furtherMessage: 4,
  thinkingEnabled: 29,
  thinkingAdaptive: 17,
  structuredOutputWithTools: 190,
  /** Pixels on a side of the square that makes one token of an image. */
  imagePatch: 28,
};

export function claudeFraming(model: string): ClaudeFraming {
  const version = claudeVersion(bareModel(model));
  if (version === undefined) return foreignFraming;
  return claudeRows.findLast(({ from }) => from <= version) ?? foreignFraming;
}

export interface GeminiFraming {
  readonly models: RegExp;
  /** Per turn, and for a system instruction. */
  readonly turn: number;
  readonly system: number;
  /** Declarations are rendered in a compact form: tokens per token of their JSON. */
  readonly declarations: number;
  readonly call: number;
  readonly response: number;
  readonly image: { readonly kind: 'tiles'; readonly tile: number } | { readonly kind: 'flat'; readonly tokens: number };
  readonly checked: string;
}

const geminiTiles = { kind: 'tiles', tile: 258 } as const;
const geminiRows: readonly GeminiFraming[] = [
  { models: /^gemini-(1|2\.0)/, turn: 0, system: 0, declarations: 0.5, call: 9, response: 9, image: geminiTiles, checked },
  { models: /^gemini-2/, turn: 1, system: 1, declarations: 0.9, call: 9, response: 9, image: geminiTiles, checked },
  { models: /(?:)/, turn: 1, system: 1, declarations: 0.9, call: 9, response: 9, image: { kind: 'flat', tokens: 1100 }, checked },
];

export function geminiFraming(model: string): GeminiFraming {
  const bare = bareModel(model);
  return geminiRows.find(({ models }) => models.test(bare)) as GeminiFraming;
}

/** For what cannot be seen from the outside cheaply; priors. */
export const mediaPriors = {
  /** An image whose size cannot be read (a link, an unknown format). */
  imageWidth: 1024,
  imageHeight: 768,
  /** A page of a PDF is its text and its picture. */
  pdfPage: 2250,
  pdfBytesPerPage: 50_000,
  audioPerSecond: 32,
  audioBytesPerSecond: 16_000,
  videoPerSecond: 260,
  videoBytesPerSecond: 250_000,
  checked,
};
