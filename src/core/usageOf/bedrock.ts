import { toldUsage, type Usage, usage } from '../usage.ts';
import { isObject, type JsonObject, list, object, text, tokens } from './json.ts';
import type { UsageReader } from './usageReader.ts';

/** Bedrock Converse and ConverseStream (whose `metadata` event carries the usage). The model is in the URL, not in the answer. */
export function bedrockReader(): UsageReader {
  return new BedrockReader();
}

class BedrockReader implements UsageReader {
  usage: Usage | undefined;
  model: string | undefined;
  serviceTier: string | undefined;
  toolCalls = 0;
  final = false;

  event(data: unknown): void {
    const root = object(data);
    const start = object(object(root.contentBlockStart ?? root).start);
    if (start.toolUse !== undefined) this.toolCalls++;
    const content = list(object(object(root.output).message).content).map(object);
    this.toolCalls += content.filter((block) => block.toolUse !== undefined).length;
    const holder = isObject(root.metadata) ? root.metadata : root;
    if (!isObject(holder.usage)) return;
    this.model = text(object(object(holder.trace).promptRouter).invokedModelId) ?? this.model;
    this.serviceTier = tierOf(holder) ?? this.serviceTier;
    this.usage = toldUsage(converseUsage(holder.usage));
    this.final = this.usage !== undefined;
  }
}

/** `default` and `reserved` are the ordinary price. */
function tierOf(holder: JsonObject): string | undefined {
  const tier = text(object(holder.serviceTier).type);
  if (tier === 'flex' || tier === 'priority') return tier;
  return object(holder.performanceConfig).latency === 'optimized' ? 'optimized' : undefined;
}

/**
 * Converse `usage`: cache counts are outside `inputTokens`; `cacheDetails` splits the writes by lifetime, without it they
 * are all 5 minutes. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function converseUsage(said: JsonObject): Usage {
  const written = tokens(said.cacheWriteInputTokens ?? said.cacheWriteInputTokenCount);
  const oneHour = list(said.cacheDetails)
    .map(object)
    .filter((each) => each.ttl === '1h')
    .reduce((sum, each) => sum + tokens(each.inputTokens), 0);
  return usage({
    uncachedInput: tokens(said.inputTokens),
    cacheRead: tokens(said.cacheReadInputTokens ?? said.cacheReadInputTokenCount),
    cacheWrite5m: Math.max(0, written - oneHour),
    cacheWrite1h: oneHour,
    output: tokens(said.outputTokens),
  });
}
