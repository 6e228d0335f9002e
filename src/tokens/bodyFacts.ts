import { type Fields, fields, list, positive, text } from './bodyFields.ts';

/** What else a body tells. Never any of its text. */
export interface BodyFacts {
  readonly stream: boolean;
  /** The request's own cap on output tokens. */
  readonly maxOutput?: number;
  /** A part of the answer is billed and not streamed (reasoning that does not show): what has been spent cannot be seen while it comes. */
  readonly hiddenOutput: boolean;
  /** The lifetime of the cache writes the request asks for; absent where it asks for none. */
  readonly cacheWrite?: '5m' | '1h';
  /** What it asks to be billed by, where that is said: `priority`, `fast`, … and where it is to be computed. */
  readonly serviceTier?: string;
  readonly region?: string;
  readonly messages: number;
  readonly tools: number;
  readonly images: number;
}

export function bodyFacts(root: Fields, protocol: string, model: string, images: number): BodyFacts {
  const cacheWrite = protocol === 'anthropic' ? cacheWriteOf(root) : undefined;
  return {
    stream: root.stream === true,
    maxOutput: maxOutputOf(root),
    hiddenOutput: hidesOutput(root, protocol, model),
    ...(cacheWrite ? { cacheWrite } : {}),
    ...termsOf(root),
    messages: turnCount(root),
    tools: list(root.tools).length,
    images,
  };
}

function termsOf(root: Fields): Pick<BodyFacts, 'serviceTier' | 'region'> {
  const tier = text(root.speed) === 'fast' ? 'fast' : text(root.service_tier);
  const region = text(root.inference_geo);
  return { ...(tier ? { serviceTier: tier } : {}), ...(region ? { region } : {}) };
}

function maxOutputOf(root: Fields): number | undefined {
  const config = fields(root.generationConfig ?? root.generation_config);
  return (
    positive(root.max_tokens) ??
    positive(root.max_completion_tokens) ??
    positive(root.max_output_tokens) ??
    positive(config.maxOutputTokens ?? config.max_output_tokens)
  );
}

function turnCount(root: Fields): number {
  for (const turns of [root.messages, root.input, root.contents]) if (Array.isArray(turns)) return turns.length;
  return typeof root.input === 'string' ? 1 : 0;
}

/** OpenAI's reasoning families and xAI's; Gemini's on an OpenAI-compatible address. What other makers think is streamed as text of its own. */
const silentThinkers = /(?:^|\/)(?:o\d|gpt-[5-9]|codex|grok-[4-9](?!.*non-reasoning)|gemini-(?:2\.5|[3-9]))/;
/** Gemini thinks from 2.5 on. */
const silentGemini = /gemini-(?:2\.5|[3-9])/;

function hidesOutput(root: Fields, protocol: string, model: string): boolean {
  switch (protocol) {
    case 'openai-responses':
      return silentThinkers.test(model) && text(fields(root.reasoning).effort) !== 'none';
    case 'openai-chat':
      // OpenRouter's words for: think, but do not show it.
      if (fields(root.reasoning).exclude === true || root.include_reasoning === false) return true;
      return silentThinkers.test(model) && text(root.reasoning_effort) !== 'none';
    case 'gemini': {
      const thinking = fields(fields(root.generationConfig).thinkingConfig);
      return silentGemini.test(model) && thinking.thinkingBudget !== 0 && thinking.includeThoughts !== true;
    }
    default:
      return false;
  }
}

/** The longest lifetime that any block asks for. */
function cacheWriteOf(root: Fields): '5m' | '1h' | undefined {
  let found: '5m' | '1h' | undefined;
  const look = (blocks: unknown): void => {
    for (const block of list(blocks)) {
      const { cache_control: control, content } = fields(block);
      if (typeof control === 'object' && control !== null && found !== '1h') found = fields(control).ttl === '1h' ? '1h' : '5m';
      if (Array.isArray(content)) look(content);
    }
  };
  if (typeof root.cache_control === 'object') look([root]);
  look(root.system);
  look(root.tools);
  look(root.messages);
  return found;
}
