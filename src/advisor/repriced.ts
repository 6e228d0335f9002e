import { modelName } from '../core/models.ts';
import type { Pico } from '../core/money.ts';
import type { Priceable, Priced } from '../core/request.ts';
import { cacheWrites, promptTokens, type Usage, usageClasses } from '../core/usage.ts';
import type { Step } from './step.ts';
import { tokenFactor } from './tokenizer.ts';

export type Price = (request: Priceable) => Priced;

/** A model the user can reach, and who sells it. */
export interface Candidate {
  readonly provider: string;
  readonly model: string;
}

/** Amounts in pico-dollars. */
export interface Range {
  readonly low: Pico;
  readonly likely: Pico;
  readonly high: Pico;
}

export interface Repriced {
  /** What the moved steps cost. */
  readonly spent: Pico;
  /** What the same work would have cost on the candidate; the lost warm cache is inside. */
  readonly would: Range;
  /** Part of `would.likely`: prompts read cold at a switch, there and back. */
  readonly cold: Pico;
  readonly steps: number;
  readonly tasks: number;
}

/** How much more (or less) a candidate writes than the present model, where the work is otherwise the same. */
export interface OutputFactor {
  readonly low: number;
  readonly high: number;
}

/**
 * What some steps of tasks would have cost on another model, token class by token class at the prices of their day. The
 * candidate has its own tokenizer; its first step of a stretch reads the whole prompt cold; and the first step back on the
 * present model reads cold what was added meanwhile. `undefined` when the candidate, or nothing that was moved, has a price.
 */
export function repriced(
  tasks: Iterable<readonly Step[]>,
  isMoved: (step: Step) => boolean,
  to: Candidate,
  price: Price,
  output: OutputFactor = { low: 1, high: 1 },
): Repriced | undefined {
  const factors = new Map<string, ReturnType<typeof tokenFactor>>();
  const sum = { spent: 0n, low: 0n, high: 0n, coldLow: 0n, coldHigh: 0n, steps: 0, tasks: 0 };
  for (const steps of tasks) {
    let before: Step | undefined;
    let wasMoved = false;
    let lastOwn: Step | undefined;
    let any = false;
    for (const step of steps) {
      const moved = isMoved(step) && step.cost !== null;
      if (moved) {
        const factor = factors.get(step.model) ?? tokenFactor(step.model, to.model);
        factors.set(step.model, factor);
        const cost = (usage: Usage): Pico | null => price({ ...to, usage, counted: 'reported', at: step.at }).cost;
        // A task that begins here was cold on the present model too.
        const coldHere = !(before === undefined ? step.usage.cacheRead === 0 : wasMoved);
        const bounds = [
          [factor.low, output.low],
          [factor.high, output.high],
        ] as const;
        const warm = bounds.map(([tokens, more]) => cost(asRead(step.usage, to.model, tokens, more, false)));
        const real = coldHere ? bounds.map(([tokens, more]) => cost(asRead(step.usage, to.model, tokens, more, true))) : warm;
        const [low, high] = real;
        if (low == null || high == null) return undefined;
        sum.spent += step.cost ?? 0n;
        sum.low += low;
        sum.high += high;
        sum.coldLow += low - (warm[0] ?? low);
        sum.coldHigh += high - (warm[1] ?? high);
        sum.steps++;
        any = true;
      } else if (wasMoved && lastOwn) {
        const lost = returnLoss(lastOwn, step, price);
        sum.low += lost;
        sum.high += lost;
        sum.coldLow += lost;
        sum.coldHigh += lost;
      }
      if (!moved) lastOwn = step;
      wasMoved = moved;
      before = step;
    }
    if (any) sum.tasks++;
  }
  if (sum.steps === 0) return undefined;
  return {
    spent: sum.spent,
    would: { low: sum.low, likely: (sum.low + sum.high) / 2n, high: sum.high },
    cold: (sum.coldLow + sum.coldHigh) / 2n,
    steps: sum.steps,
    tasks: sum.tasks,
  };
}

/** The same for some steps of a history, each where it stood in its task. */
export function repricedSteps(
  steps: readonly Step[],
  tasks: ReadonlyMap<string, readonly Step[]>,
  to: Candidate,
  price: Price,
  output?: OutputFactor,
): Repriced | undefined {
  const moved = new Set(steps);
  const whole = [...new Set(steps.map(({ task }) => task))].flatMap((task) => {
    const all = tasks.get(task);
    return all ? [all] : [];
  });
  return repriced(whole, (step) => moved.has(step), to, price, output);
}

/** What was added to the prompt while another model worked was warm in truth, and would be read afresh. */
function returnLoss(last: Step, back: Step, price: Price): Pico {
  if (last.model !== back.model) return 0n;
  const added = Math.min(Math.max(0, promptTokens(back.usage) - promptTokens(last.usage)), back.usage.cacheRead);
  if (added === 0) return 0n;
  const { provider, model, at } = back;
  const cost = (usage: Usage) => price({ provider, model, usage, counted: 'reported', at }).cost ?? 0n;
  const fresh = { ...back.usage, cacheRead: back.usage.cacheRead - added };
  return cost(withFresh(fresh, added, model)) - cost(back.usage);
}

/** The usage of the same step on another model: its tokenizer, its length of answer, its way of caching. */
function asRead(usage: Usage, model: string, tokens: number, more: number, cold: boolean): Usage {
  const scaled = {} as Record<keyof Usage, number>;
  for (const name of usageClasses) scaled[name] = Math.round(usage[name] * (name === 'webSearches' ? 1 : tokens));
  scaled.output = Math.round(usage.output * tokens * more);
  scaled.reasoning = Math.min(scaled.output, scaled.reasoning);
  if (!cold) return scaled;
  const read = scaled.cacheRead;
  scaled.cacheRead = 0;
  return withFresh(scaled, read, model);
}

/** Models that charge for writing the cache write what they read afresh. */
function withFresh(usage: Usage, tokens: number, model: string): Usage {
  const writes = cacheWrites(usage) > 0 || modelName(model).id.startsWith('claude-');
  return writes
    ? { ...usage, cacheWrite5m: usage.cacheWrite5m + tokens }
    : { ...usage, uncachedInput: usage.uncachedInput + tokens };
}

/** `amount × factor`, to a millionth. */
export function times(amount: Pico, factor: number): Pico {
  return (amount * BigInt(Math.round(factor * 1e6))) / 1_000_000n;
}
