import { priceBook } from '../../../pricing/book.ts';
import type { RuleInput } from '../../../src/advisor/advice.ts';
import type { CandidateParts, Catalog } from '../../../src/advisor/candidates.ts';
import { candidatesFor, usedModels } from '../../../src/advisor/candidates.ts';
import { historyOf } from '../../../src/advisor/history.ts';
import type { Step } from '../../../src/advisor/step.ts';
import type { Policy } from '../../../src/core/adviceNames.ts';
import { type Mode, modeOf } from '../../../src/core/mode.ts';
import type { AgentId, Billing, Outcome, Priceable, RequestKind } from '../../../src/core/request.ts';
import { loopFacts, type Made, runawayIn } from '../../../src/core/runaway.ts';
import { RunningLoops } from '../../../src/core/runningLoops.ts';
import { usage } from '../../../src/core/usage.ts';
import { randomFrom } from '../tokens/textMaker.ts';

const book = priceBook();
export const price = (request: Priceable) => book.price(request);
export const minute = 60_000;
export const day = 24 * 60 * minute;
/** The histories end here. */
export const end = Date.parse('2026-11-22T12:00:00Z');

export const opus = { provider: 'anthropic', model: 'claude-opus-4-8' };
export const sonnet = { provider: 'anthropic', model: 'claude-sonnet-4-6' };
export const haiku = { provider: 'anthropic', model: 'claude-haiku-4-5' };
export const minimax = { provider: 'openrouter', model: 'minimax/minimax-m3' };
export const deepseek = { provider: 'deepseek', model: 'deepseek-v4-pro' };
export type Model = typeof opus;

export interface Turns {
  readonly model: Model;
  readonly mode?: string;
  readonly kind?: RequestKind;
  readonly turns?: number;
  /** Multiplies the tokens. */
  readonly size?: number;
  readonly outcome?: Outcome;
  /** The call that a turn makes, with its result. */
  readonly call?: (turn: number) => Made;
  /** Between two turns (ms). */
  readonly pause?: number;
  readonly reasoning?: number;
  readonly output?: number;
}

/** Writes histories turn by turn: prompts that grow, warm caches, costs by the price book. */
export class Script {
  readonly steps: Step[] = [];
  readonly loops = new RunningLoops();
  readonly random: () => number;
  at: number;
  #tasks = 0;

  constructor(seed = 1, days = 28) {
    this.random = randomFrom(seed);
    this.at = end - days * day;
  }

  /** A task of one or more stretches; answers its id. */
  task(
    stretches: readonly Turns[],
    { agent = 'kilo', parent, billing = 'metered' }: { agent?: AgentId; parent?: string; billing?: Billing } = {},
  ): string {
    const task = `${agent}:t${++this.#tasks}`;
    let prompt = 12_000;
    let cached = 0;
    let before: Model | undefined;
    const calls: Made[] = [];
    for (const {
      model,
      mode = 'code',
      kind = 'work',
      turns = 6,
      size = 1,
      outcome = 'ok',
      call,
      pause = minute,
      ...said
    } of stretches) {
      if (before?.model !== model.model) cached = 0;
      for (let turn = 0; turn < turns; turn++) {
        const output = Math.round((said.output ?? 250 + this.random() * 100) * size);
        const fresh = Math.round((1_500 + this.random() * 400) * size);
        const tokens = kind === 'work' ? prompt : Math.round(1_500 * size);
        const read = kind === 'work' ? Math.min(cached, tokens) : 0;
        const used = usage({
          uncachedInput: model.provider === 'anthropic' ? 20 : tokens - read,
          cacheRead: read,
          cacheWrite5m: model.provider === 'anthropic' ? Math.max(0, tokens - read - 20) : 0,
          output,
          reasoning: Math.min(output, said.reasoning ?? 0),
        });
        const named: Mode = modeOf(mode);
        const { cost } = price({ ...model, usage: used, counted: 'reported', at: this.at });
        this.steps.push({
          at: this.at,
          agent,
          task,
          ...(parent === undefined ? {} : { parent }),
          mode: kind === 'work' || kind === 'search' ? named.name : '',
          modeKind: kind === 'work' || kind === 'search' ? named.kind : '',
          kind,
          ...model,
          usage: used,
          cost,
          billing,
          outcome: turn === turns - 1 ? outcome : 'ok',
        });
        // Its prompt shows what was called before it.
        this.loops.read(task, this.at, runawayIn(loopFacts(calls), tokens, undefined));
        if (call) calls.push(call(turn));
        this.at += pause;
        if (kind === 'work') {
          cached = tokens;
          prompt += fresh + output;
          before = model;
        }
      }
    }
    return task;
  }

  /** Nothing happens for so long. */
  rest(ms = 60 * minute): void {
    this.at += ms;
  }

  /** What the rules see when it has ended; `now` is where the script stands. */
  input(policy: Policy = {}, configured: RuleInput['configured'] = () => undefined): RuleInput {
    return inputOf(this.steps, this.at, policy, configured, this.loops.since);
  }
}

const sold = new Map<string, Set<string>>();
for (const { provider, model } of book.models(end)) sold.set(provider, (sold.get(provider) ?? new Set()).add(model));
export const catalog: Catalog = (provider) => sold.get(provider);

export function inputOf(
  steps: readonly Step[],
  now: number,
  policy: Policy = {},
  configured: RuleInput['configured'] = () => undefined,
  loops?: ReadonlyMap<string, number>,
): RuleInput {
  const parts: CandidateParts = { policy, used: usedModels(steps), catalog, price, now };
  return {
    history: historyOf(steps, now, price, loops),
    price,
    policy,
    configured,
    candidates: (step) => candidatesFor(parts, step),
  };
}
