import type { Policy } from '../core/adviceNames.ts';
import { usdToPico } from '../core/money.ts';
import { type Advice, type Rule, type RuleInput, savingOf } from './advice.ts';
import { rulingOf } from './policy.ts';
import { bigResults, coldCache } from './rules/cache.ts';
import { explorer, mode, utility } from './rules/cheaper.ts';
import { drift } from './rules/drift.ts';
import { inversion } from './rules/inversion.ts';
import { loop, pastTheLine } from './rules/running.ts';
import { smallTurns, thinking } from './rules/turns.ts';

export const rules: readonly Rule[] = [
  drift,
  utility,
  explorer,
  mode,
  inversion,
  pastTheLine,
  loop,
  coldCache,
  bigResults,
  thinking,
  smallTurns,
];

/** Less than this is not worth a row. */
const leastRow = usdToPico('0.01');
/** A card must save at least so much a week, at worst … */
const leastCard = usdToPico('0.5');
/** … and this part of what was spent. */
const leastPart = 10n;
/** What is exact needs no range, but must be worth reading. */
const leastExact = usdToPico('0.1');
/** Tasks in the mode before a card about it. */
const leastTasks = 20;

/** Everything the log shows, the most that is saved for certain first. */
export function advise(input: RuleInput): Advice[] {
  return ranked(
    rules.flatMap((rule) => rule(input)),
    input.policy,
  );
}

/** What the rules found, for who lets others breathe between two rules. */
export function ranked(found: readonly Advice[], policy: Policy): Advice[] {
  const looping = new Set(found.flatMap(({ rule, task }) => (rule === 'loop' ? [task] : [])));
  return (
    found
      .flatMap((advice) => permitted(advice, policy))
      .filter(({ spent, would }) => spent - would.likely >= leastRow)
      // That a run is dear needs no saying where it is said why.
      .filter(({ rule, task }) => rule !== 'past the line' || !looping.has(task))
      .sort((a, b) => byNumber(rank(b), rank(a)) || (a.id < b.id ? -1 : 1))
  );
}

/** As far as the user's policy lets it be said. What names no other model is no offer: only the user's own word is against it. */
function permitted(advice: Advice, policy: Policy): Advice[] {
  const { allow, said } = rulingOf(policy, advice.subject, advice.modeKind);
  switch (advice.to ? allow : (said ?? 'ask')) {
    case 'never':
      return [];
    case 'quiet':
      return [{ ...advice, allow: 'quiet' }];
    case 'ask':
      return [advice];
  }
}

/** What saves most at worst goes first. */
function rank(advice: Advice): bigint {
  const { least, likely } = savingOf(advice);
  // An estimate that may come to nothing stands behind one that cannot.
  return advice.evidence === 'estimated' && least === 0n ? likely / 1_000n : least;
}

function byNumber(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether advice may be put before a person as a card: the user asks for it, it is known to be paid in money, it saves enough even at
 * worst, it rests on enough tasks, and the candidate has not been redone more often than the present model. All else stays a row.
 */
export function isWorthACard(advice: Advice): boolean {
  const { allow, billing, evidence, spent, own, rule, tasks } = advice;
  if (allow !== 'ask' || billing !== 'metered') return false;
  const { least } = savingOf(advice);
  if (evidence === 'exact') return least >= leastExact;
  if (least < leastCard || least * leastPart < spent) return false;
  if (rule === 'mode' && tasks < leastTasks) return false;
  return own === undefined || !isRedoneMore(own);
}

/** By more than a tenth, where there is anything to compare. */
function isRedoneMore({ from, to }: NonNullable<Advice['own']>): boolean {
  const [a, b] = [from.kept + from.redone, to.kept + to.redone];
  return a > 0 && b >= 3 && to.redone / b > from.redone / a + 0.1;
}
