import type { ModelEncoding } from './encodings.ts';
import { mediaPriors } from './framing.ts';
import type { ImageSize } from './imageSize.ts';

/** The parts a prompt is shown by. */
export type PromptPart = 'system' | 'tools' | 'messages';

/** What a body adds up to: text by part, fixed tokens by part, and how many tokens all of that may be off. */
export interface TallyResult {
  /** Tokens of text in the encoding that is counted in, not yet in the model's own. */
  readonly text: Readonly<Record<PromptPart, number>>;
  /** Tokens that are the model's own already: frames, images. */
  readonly fixed: Readonly<Record<PromptPart, number>>;
  readonly unsure: number;
  readonly images: number;
  /** Why the body alone does not tell the prompt, where it does not: its history is kept by the provider. */
  readonly incomplete: boolean;
}

/** Adds up one body. The protocols' readers feed it; it knows no protocol. */
export class Tally {
  readonly model: string;
  readonly encoding: ModelEncoding;
  readonly #count: (text: string) => number;
  readonly #text = { system: 0, tools: 0, messages: 0 };
  readonly #fixed = { system: 0, tools: 0, messages: 0 };
  #unsure = 0;
  #images = 0;
  #incomplete = false;

  constructor(model: string, encoding: ModelEncoding, count: (text: string) => number) {
    this.model = model;
    this.encoding = encoding;
    this.#count = count;
  }

  text(part: PromptPart, text: unknown): void {
    if (typeof text === 'string' && text !== '') this.#text[part] += this.#count(text);
  }

  /** A value that goes into the prompt as JSON; `weight`: tokens of the model's rendering per token of that JSON. */
  json(part: PromptPart, value: unknown, weight = 1): void {
    if (value === undefined || value === null) return;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const tokens = this.#count(text) * weight;
    this.#text[part] += tokens;
    this.unsure(tokens * 0.05);
  }

  fixed(part: PromptPart, tokens: number, unsure = 0): void {
    this.#fixed[part] += tokens;
    this.#unsure += unsure;
  }

  /** Something whose tokens only a prior tells. */
  unsure(tokens: number): void {
    this.#unsure += tokens;
  }

  /** An image by its size, or by the usual size where that cannot be read. */
  image(part: PromptPart, size: ImageSize | undefined, rule: (size: ImageSize) => number): void {
    const tokens = rule(size ?? { width: mediaPriors.imageWidth, height: mediaPriors.imageHeight });
    this.#images++;
    this.fixed(part, tokens, tokens * (size ? 0.1 : 0.6));
  }

  /** Sound, film or a document of this many bytes, by what a second or page usually is. Very rough. */
  media(part: PromptPart, kind: 'pdf' | 'audio' | 'video', bytes: number): void {
    const { pdfPage, pdfBytesPerPage, audioPerSecond, audioBytesPerSecond, videoPerSecond, videoBytesPerSecond } = mediaPriors;
    const rates = {
      pdf: pdfPage / pdfBytesPerPage,
      audio: audioPerSecond / audioBytesPerSecond,
      video: videoPerSecond / videoBytesPerSecond,
    };
    const least = kind === 'pdf' ? pdfPage : 0;
    const tokens = Math.max(least, Math.ceil(bytes * rates[kind]));
    this.fixed(part, tokens, tokens * 0.7);
  }

  incomplete(): void {
    this.#incomplete = true;
  }

  result(): TallyResult {
    return { text: this.#text, fixed: this.#fixed, unsure: this.#unsure, images: this.#images, incomplete: this.#incomplete };
  }
}
