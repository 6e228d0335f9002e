import type { Identity } from '../agents/agent.ts';
import { requestKeys } from '../agents/claudeCode/requestId.ts';
import { answerKeys } from '../core/answerKey.ts';
import type { PromptFacts } from '../core/promptFacts.ts';
import type { Observation, Outcome, Prediction } from '../core/request.ts';
import { noUsage, type Usage, usageClasses } from '../core/usage.ts';
import type { Aside } from '../core/usageOf/usageReader.ts';
import type { Call, Exchange, Incoming, Progress, Prompt, Refusal, Settlement } from '../gateway/meter.ts';
import type { StoredRequest } from '../ledger/record.ts';
import type { Reserve } from './control/reserve.ts';

/** What a live request asks of the meter that holds it. */
export interface LiveMeter {
  admit(request: LiveRequest): undefined | Promise<Refusal | undefined>;
  called(request: LiveRequest, calls: readonly Call[]): void;
  /** `inputTold`: the provider has told now what it found in the prompt. */
  ticked(request: LiveRequest, inputTold: boolean): void;
  settled(request: LiveRequest, result: Settlement): void;
}

/** One request between its headers and its last byte. */
export class LiveRequest implements Exchange {
  readonly incoming: Incoming;
  readonly #meter: LiveMeter;
  readonly #cutter = new AbortController();
  /** The body, read and counted. Never rejects. */
  readonly read: Promise<Prompt>;
  prompt: Prompt | undefined;
  identity: Identity | undefined;
  prediction: Prediction | undefined;
  /** The input we expect to be billed, until the provider says its own. */
  predictedInput: Usage = noUsage;
  #reported: Partial<Usage> = {};
  #outputTokens = 0;
  #answerId: string | undefined;
  #model: string | undefined;
  #serviceTier: string | undefined;
  #region: string | undefined;
  #letGoAt: number | undefined;
  #done = false;
  /** What was set aside for it when it was let go; undefined where nothing limits it. */
  reserve: Reserve | undefined;
  /** It has not been let go yet, so it costs nothing so far. */
  waits = false;
  /** Since when it is held for a budget (ms since the epoch). */
  heldSince: number | undefined;
  /** How the ledger has it, its cost null where it could not be priced. Undefined until it is stored. */
  stored: Pick<StoredRequest, 'seen' | 'cost'> | undefined;
  /** When it was written down as it was then (ms since the epoch). */
  writtenAt = 0;

  constructor(incoming: Incoming, read: Promise<Prompt>, meter: LiveMeter) {
    this.incoming = incoming;
    this.read = read;
    this.#meter = meter;
    this.identity = incoming.identity;
  }

  get cut(): AbortSignal {
    return this.#cutter.signal;
  }

  get done(): boolean {
    return this.#done;
  }

  /** When it was sent (ms since the epoch): one that is held is a request of the moment in which it is let go. */
  get at(): number {
    return this.#letGoAt ?? this.incoming.at;
  }

  /** What is billed beside model and tokens: as far as the answer tells, before as the request asks for. */
  get terms(): { readonly serviceTier?: string | undefined; readonly region?: string | undefined } {
    const { body } = this.prompt ?? {};
    return { serviceTier: this.#serviceTier ?? body?.serviceTier, region: this.#region ?? body?.region };
  }

  letGo(reserve: Reserve, at: number): void {
    this.reserve = reserve;
    this.waits = false;
    if (this.heldSince !== undefined) this.#letGoAt = at;
    this.heldSince = undefined;
  }

  /** The provider as the price book calls it. */
  get provider(): string {
    return providerOf(this.incoming.upstream);
  }

  get model(): string {
    return this.#model ?? this.prompt?.model ?? 'unknown';
  }

  admission(): undefined | Promise<Refusal | undefined> {
    return this.#meter.admit(this);
  }

  called(calls: readonly Call[]): void {
    this.#meter.called(this, calls);
  }

  progress(seen: Progress): void {
    const wasTold = this.inputIsTold;
    if (seen.usage) this.#reported = { ...this.#reported, ...seen.usage };
    if (seen.outputTokens !== undefined) this.#outputTokens = seen.outputTokens;
    this.#answerId ??= seen.answerId;
    this.#model ??= seen.model;
    this.#serviceTier = seen.serviceTier ?? this.#serviceTier;
    this.#region = seen.region ?? this.#region;
    this.#meter.ticked(this, !wasTold && this.inputIsTold);
  }

  settle(result: Settlement): void {
    if (this.#done) return;
    this.#done = true;
    this.#outputTokens = result.outputTokens;
    this.#answerId = result.answerId ?? this.#answerId;
    this.#model = result.model ?? this.#model;
    this.#meter.settled(this, result);
  }

  /** Whether anything of an answer has come. */
  get answered(): boolean {
    return this.#outputTokens > 0 || Object.keys(this.#reported).length > 0;
  }

  /** Ends the answer where it is. Answers whether there was still something to cut. */
  cutNow(refusal: Refusal): boolean {
    if (this.#done || this.#cutter.signal.aborted) return false;
    this.#cutter.abort(refusal);
    return true;
  }

  /** Whether the provider has told what it found in the prompt. */
  get inputIsTold(): boolean {
    return usageClasses.some((name) => name !== 'output' && name !== 'reasoning' && (this.#reported[name] ?? 0) > 0);
  }

  /** Tokens billed so far, as far as anyone can know: the provider's input where it came, our prediction before; output as it streamed. */
  usageSoFar(): Usage {
    const reported = this.#reported;
    const input = this.inputIsTold ? { ...noUsage, ...reported } : this.predictedInput;
    return { ...input, output: Math.max(reported.output ?? 0, this.#outputTokens), reasoning: reported.reasoning ?? 0 };
  }

  /** This request as the ledger takes it, in its present state. */
  observation(
    at: number,
    outcome: Outcome,
    usage: Usage,
    counted: Observation['counted'],
    result?: Settlement,
  ): Observation | undefined {
    const identity = this.identity;
    if (!identity) return undefined;
    return {
      ...identity,
      kind: this.prompt?.kind ?? identity.kind,
      source: 'gateway',
      keys: [`rq:${this.incoming.id}`, ...keysOf(this.incoming.protocol, this.#answerId, result?.requestId)],
      at,
      provider: this.provider,
      model: this.model,
      usage,
      counted,
      reportedUsd: result?.reportedUsd,
      // A sample spends nobody's money; it is shown as the real dollars it plays.
      billing: this.incoming.upstream === 'sample' ? 'metered' : this.incoming.billing,
      serviceTier: result?.serviceTier ?? this.#serviceTier,
      region: result?.region ?? this.#region,
      outcome,
      sample: this.incoming.upstream === 'sample',
      prediction: this.prediction,
      facts: this.prompt && factsOf(this.prompt),
    };
  }
}

/** What other models had a part in an answer, as requests of their own. */
export function asidesOf(seen: Observation, asides: readonly Aside[]): Observation[] {
  const { prediction: _prediction, facts: _facts, reportedUsd: _reportedUsd, serviceTier: _serviceTier, ...place } = seen;
  return asides.map(({ model, usage }, n) => ({
    ...place,
    keys: seen.keys.map((key) => `${key}/advisor/${n}`),
    kind: 'other',
    model,
    usage,
  }));
}

function factsOf({ parts, unusedTools = 0, maxOutput, systemHash, toolsHash }: Prompt): PromptFacts | undefined {
  return parts && { ...parts, unusedTools, maxOutput, systemHash, toolsHash };
}

/** The provider's id of an answer names the same request in the agent's own files. */
function keysOf(protocol: Incoming['protocol'], answerId: string | undefined, requestId: string | undefined): readonly string[] {
  // Claude Code's telemetry knows the request by this one alone.
  if (protocol === 'anthropic' && answerId) return [...answerKeys('msg', answerId), ...requestKeys(requestId)];
  switch (protocol) {
    case 'openai-responses':
      return answerKeys('resp', answerId);
    case 'openai-chat':
      return answerKeys('chat', answerId);
    case 'gemini':
      return answerKeys('gemini', answerId);
    default:
      return [];
  }
}

/** Upstream names that differ from the price book's name of the provider. */
const providers: Readonly<Record<string, string>> = { gemini: 'google', chatgpt: 'openai', sample: 'anthropic' };

function providerOf(upstream: string): string {
  return providers[upstream] ?? upstream;
}
