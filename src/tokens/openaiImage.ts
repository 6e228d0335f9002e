import { type ImageRule, mediaPriors, type OpenaiFraming } from './framing.ts';
import { type ImageSize, imageSizeOfUrl } from './imageSize.ts';
import type { PromptPart, Tally } from './tally.ts';

/** An image of a Chat Completions or Responses body. `detail`: `low`, `high`, `auto` or nothing. */
export function tallyOpenaiImage(part: PromptPart, url: unknown, detail: unknown, tally: Tally, { image }: OpenaiFraming): void {
  const size = typeof url === 'string' ? imageSizeOfUrl(url) : undefined;
  // At low detail the size does not matter.
  const isLow = detail === 'low';
  tally.image(part, isLow ? (size ?? usual) : size, (known) => openaiImageTokens(known, isLow, image));
}

const usual: ImageSize = { width: mediaPriors.imageWidth, height: mediaPriors.imageHeight };

/** By OpenAI's vision guide. */
export function openaiImageTokens({ width, height }: ImageSize, isLow: boolean, rule: ImageRule): number {
  switch (rule.kind) {
    case 'tiles': {
      if (isLow) return rule.base;
      const inSquare = Math.min(1, 2048 / Math.max(width, height));
      const fit = inSquare * Math.min(1, 768 / (Math.min(width, height) * inSquare));
      return rule.base + rule.tile * Math.ceil(whole(width * fit) / 512) * Math.ceil(whole(height * fit) / 512);
    }
    case 'patches': {
      const patches = Math.ceil(width / 32) * Math.ceil(height / 32);
      return Math.ceil(Math.min(patches, rule.most) * rule.factor);
    }
  }
}

/** Takes the dust of floating point off, which would make one tile more. */
function whole(pixels: number): number {
  return Math.round(pixels * 1000) / 1000;
}
