import type { EncodingName } from './bpe.ts';

/** How a model's tokens are counted: in its own public encoding, or as o200k times what its tokenizer is known to make of it. */
export interface ModelEncoding {
  readonly encoding: EncodingName;
  /** Whether the encoding is the model's own; then `ratio` is 1. */
  readonly exact: boolean;
  /** Tokens of the model per token of `encoding`, before anything was learned from its provider. */
  readonly ratio: number;
}

/** Relative error to expect of a ratio that nothing has confirmed yet. */
export const priorPlusMinus = 0.15;

interface EncodingRow {
  /** Matched against the bare, lower-case model id (see `bareModel`). The first row that fits wins. */
  readonly models: RegExp;
  readonly encoding: EncodingName;
  readonly exact?: true;
  readonly ratio?: number;
  /** Day on which the row was last checked against its source. */
  readonly checked: string;
}

/**
 * Sources. Encodings: the model table of openai/tiktoken (`tiktoken/model.py`) and of the npm package
 * (`model_to_encoding.json`); gpt-oss is o200k_harmony, which has the same merges. Ratios: medians of provider-reported
 * counts over o200k counts in public recordings (pydantic-ai, openllmetry, openinference, llm-anthropic), and for open
 * tokenizers their own counts over mixed prose, code and JSON. Claude 4.7 and later use a newer tokenizer
 * (Anthropic's token-counting page: "about 30 % more"; recordings show 1.4–1.55 × o200k).
 */
const rows: readonly EncodingRow[] = [
  { models: /^(chatgpt-4o|gpt-4o|gpt-4\.[1-9]|gpt-oss)/, encoding: 'o200k_base', exact: true, checked: '2026-11-22' },
  { models: /^(gpt-4|gpt-3\.5|gpt-35|text-embedding-)/, encoding: 'cl100k_base', exact: true, checked: '2026-11-22' },
  {
    models: /^(gpt-[5-9]|o[1-9](-|$)|codex-mini|computer-use-preview|gpt-(audio|realtime|image))/,
    encoding: 'o200k_base',
    exact: true,
    checked: '2026-11-22',
  },
  { models: /^claude-/, encoding: 'o200k_base', ratio: 1.15, checked: '2026-11-22' },
  { models: /^(gemini|gemma|learnlm)/, encoding: 'o200k_base', ratio: 1.12, checked: '2026-11-22' },
  { models: /^deepseek/, encoding: 'o200k_base', ratio: 1.05, checked: '2026-11-22' },
  { models: /^(qwen|qwq)/, encoding: 'o200k_base', ratio: 1.02, checked: '2026-11-22' },
  { models: /^(meta-)?llama/, encoding: 'o200k_base', ratio: 1, checked: '2026-11-22' },
];
const newerClaudeRatio = 1.5;
const unknownRatio = 1.1;

/** How to count for `model`, an id as it is sent to the provider. Answers for every string; `exact` only where it is known. */
export function encodingOf(model: string): ModelEncoding {
  const bare = bareModel(model);
  const row = rows.find(({ models }) => models.test(bare));
  if (!row) return { encoding: 'o200k_base', exact: false, ratio: unknownRatio };
  const version = claudeVersion(bare);
  const ratio = version !== undefined && version >= 4.07 ? newerClaudeRatio : (row.ratio ?? 1);
  return { encoding: row.encoding, exact: row.exact ?? false, ratio };
}

/**
 * A model id without what providers put around it: `us.anthropic.claude-opus-4-5-v1:0` → `claude-opus-4-5-v1:0`,
 * `openai/gpt-5` → `gpt-5`, `models/gemini-3-pro` → `gemini-3-pro`, `ft:gpt-4o:org` → `gpt-4o:org`. Lower case.
 */
export function bareModel(model: string): string {
  const id = model.toLowerCase().trim();
  return (id.split('/').at(-1) ?? id)
    .replace(/^ft:/, '')
    .replace(/^(?:[a-z-]+\.)*(?=(claude|llama|deepseek|qwen|gpt|gemma))/, '');
}

/** `claude-opus-4-7…` and `claude-opus-4.7` → 4.07, `claude-3-5-haiku-…` → 3.05, `claude-sonnet-5` → 5; `undefined` = no Claude id. */
export function claudeVersion(bare: string): number | undefined {
  if (!bare.startsWith('claude-')) return undefined;
  const match = /-(\d)(?:[-.](\d{1,2}))?(?![\d])/.exec(bare);
  return match ? Number(match[1]) + Number(match[2] ?? 0) / 100 : undefined;
}
