import type { BudgetUnit } from '../../core/budget.ts';
import type { Pico } from '../../core/money.ts';
import { noUsage, type Usage, usage } from '../../core/usage.ts';
import type { Prompt } from '../../gateway/meter.ts';

/** Pico-dollars, and tokens of every class. */
export type Amount = Readonly<Record<BudgetUnit, bigint>>;

/** What a request may come to at worst before it can be stopped. */
export interface Reserve {
  readonly input: Amount;
  readonly output: Amount;
  /** The answer is cut where the limit is: `output` is the margin that passes before the cut takes hold, wherever the answer stands. */
  readonly canBeCut: boolean;
}

/** Visible output that may still pass before a cut takes hold: what one event and its successor carry. Tokens. */
const cutMargin = 50;
/** Longest answer that is reckoned with where neither the request nor the user names one. Tokens. */
const assumedMaxOutput = 16_000;

/**
 * A request is reserved before it is sent, so that parallel ones cannot pass a limit together. Its whole prompt counts as not found in any cache, written
 * at the dearest lifetime it asks for. An answer that streams where everyone can see it is cut at the limit, so a margin is enough; of one that does not stream, or
 * thinks unseen, as much as it is allowed. `isReadable`: we can follow how its answer streams. `cap`: the longest answer the user reckons with. A model without a price reserves tokens only.
 */
export function reserveOf(
  prompt: Prompt,
  isReadable: boolean,
  cap: number | undefined,
  price: (usage: Usage) => Pico | null,
): Reserve {
  const tokens = Math.ceil(prompt.tokens * (1 + (prompt.plusMinus ?? 0)));
  const allowed = Math.min(prompt.maxOutput ?? assumedMaxOutput, cap ?? Number.POSITIVE_INFINITY);
  const canBeCut = isReadable && prompt.stream && !prompt.body?.hiddenOutput;
  const output = canBeCut ? Math.min(cutMargin, allowed) : allowed;
  const inputs = [
    usage({ uncachedInput: tokens }),
    // OpenAI's newer models write their cache without being asked; where that has no price of its own it is plain input.
    usage({ cacheWrite30m: tokens }),
    ...(prompt.body?.cacheWrite ? [usage({ cacheWrite5m: tokens })] : []),
    ...(prompt.body?.cacheWrite === '1h' ? [usage({ cacheWrite1h: tokens })] : []),
  ];
  let dearest = { input: 0n, output: 0n };
  for (const each of inputs) {
    const whole = price({ ...each, output }) ?? 0n;
    const input = price(each) ?? 0n;
    if (whole > dearest.input + dearest.output) dearest = { input, output: whole - input };
  }
  return {
    input: { usd: dearest.input, tokens: BigInt(tokens) },
    output: { usd: dearest.output, tokens: BigInt(output) },
    canBeCut,
  };
}

/** All that is reserved for a request that has not been sent. */
export function wholeReserve({ input, output }: Reserve, unit: BudgetUnit): bigint {
  return input[unit] + output[unit];
}

/**
 * What a request on its way may still come to, beyond what it has come to. `input` and `output`: what it has come to in each.
 * Once the provider has told the input nothing more of it is to be feared.
 */
export function stillReserved(
  reserve: Reserve,
  unit: BudgetUnit,
  soFar: { readonly input: bigint; readonly output: bigint; readonly inputIsTold: boolean },
): bigint {
  const input = soFar.inputIsTold ? 0n : positive(reserve.input[unit] - soFar.input);
  return input + (reserve.canBeCut ? reserve.output[unit] : positive(reserve.output[unit] - soFar.output));
}

/** The part of a request's usage that its prompt was. */
export function inputOf(all: Usage): Usage {
  return { ...noUsage, ...all, output: 0, reasoning: 0, webSearches: 0 };
}

function positive(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
