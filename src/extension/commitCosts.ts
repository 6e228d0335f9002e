import { picoToUsd, usdToPico } from '../core/money.ts';
import type { Money, Slices } from '../protocol/views.ts';
import type { History } from './git.ts';

export type Cost = Money & { readonly requests: number };

/** The moments (ms) between which a history is to be sliced: its beginning, then one for each thing that happened. */
export function edgesOf({ since, happenings }: History): number[] {
  return [since === undefined ? 0 : endOf(since), ...happenings.map(({ at }) => endOf(at))];
}

/** git counts in whole seconds: what was spent in that of a commit led to it. */
function endOf(second: number): number {
  return second * 1_000 + 999;
}

/**
 * What was spent before each commit. Every request waits with the branch it ran on (where its agent tells none, with the one
 * that was checked out) for the next commit that is made there. Work in progress goes along when another branch is checked out
 * on the same commit. A commit of which git does not tell the branch takes all that waits. So no dollar is counted twice.
 */
export function commitCosts({ branch, happenings }: History, slices: Slices['slices']): ReadonlyMap<string, Cost> {
  const before = new Map<number, Slices['slices']>();
  for (const one of slices) before.set(one.slice, [...(before.get(one.slice) ?? []), one]);
  const waiting = new Map<string, Cost>();
  const wait = (on: string, cost: Cost): void => {
    waiting.set(on, plus(waiting.get(on) ?? nothing, cost));
  };
  const take = (from: string): Cost => {
    const cost = waiting.get(from) ?? nothing;
    waiting.delete(from);
    return cost;
  };
  const costs = new Map<string, Cost>();
  let current = branch;
  happenings.forEach((happening, i) => {
    for (const slice of before.get(i) ?? []) wait(slice.branch || current, slice);
    if (happening.kind === 'switch') {
      if (happening.carried) wait(happening.to, take(current));
      current = happening.to;
    } else if (happening.branch === undefined) {
      costs.set(happening.hash, [...waiting.keys()].map(take).reduce(plus, nothing));
    } else {
      costs.set(happening.hash, take(happening.branch));
    }
  });
  return costs;
}

const nothing: Cost = { requests: 0, meteredUsd: '0', planUsd: '0', unknownUsd: '0' };

function plus(a: Cost, b: Cost): Cost {
  const sum = (name: keyof Money): string => picoToUsd(usdToPico(a[name]) + usdToPico(b[name]));
  return {
    requests: a.requests + b.requests,
    meteredUsd: sum('meteredUsd'),
    planUsd: sum('planUsd'),
    unknownUsd: sum('unknownUsd'),
  };
}
