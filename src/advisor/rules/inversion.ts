import type { Advice, Rule } from '../advice.ts';
import { outputPrice } from '../candidates.ts';
import { costRatio } from '../ratio.ts';
import { countsOf, type TaskOutcome } from '../record.ts';
import { times } from '../repriced.ts';

/** Kept tasks with either model before anything is said. */
const least = 10;

/**
 * The model with the lower price list costs more per kept task in the same mode: it takes more turns, or is redone more often. Only from
 * the user's own finished tasks, ten of each, and only where the range of the ratio leaves no doubt of the sign.
 */
export const inversion: Rule = ({ history, price }) => {
  const modes = new Map<string, Map<string, TaskOutcome[]>>();
  for (const one of history.outcomes) {
    if (one.outcome === 'open' || one.cost === 0n) continue;
    const key = [one.agent, one.mode, one.billing].join('\0');
    const models = modes.get(key) ?? new Map<string, TaskOutcome[]>();
    modes.set(key, models);
    models.set(one.model, [...(models.get(one.model) ?? []), one]);
  }
  return [...modes.values()].flatMap((models) => {
    const lists = [...models.values()];
    return lists.flatMap((cheap) =>
      lists.flatMap((dear): Advice[] => {
        const [a, b] = [cheap[0], dear[0]];
        if (!a || !b || a.model === b.model || countsOf(cheap).kept < least || countsOf(dear).kept < least) return [];
        const [listed, other] = [outputPrice(a, price, history.now), outputPrice(b, price, history.now)];
        if (listed === undefined || other === undefined || listed >= other) return [];
        // What a kept task costs with what was redone on the way to it.
        const ratio = costRatio(cheap.map(perKept(cheap)), dear.map(perKept(dear)), undefined);
        if (!ratio || ratio.bound >= 1) return [];
        const recent = cheap.filter(({ at }) => at >= history.since);
        const spent = recent.reduce((sum, { cost }) => sum + cost, 0n);
        const step = history.tasks.get(a.task)?.find(({ mode }) => mode === a.mode);
        if (!step || spent === 0n) return [];
        return [
          {
            id: ['inversion', a.agent, a.mode, a.model, b.model, a.billing].join(':'),
            rule: 'inversion',
            evidence: 'evidence',
            agent: a.agent,
            subject: { kind: 'mode', agent: a.agent, name: a.mode },
            modeKind: step.modeKind,
            allow: 'ask',
            billing: a.billing,
            from: a.model,
            to: { provider: b.provider, model: b.model },
            tasks: recent.length,
            requests: recent.reduce((sum, { steps }) => sum + steps, 0),
            spent,
            would: {
              low: times(spent, ratio.low),
              likely: times(spent, ratio.likely),
              high: times(spent, Math.max(ratio.high, ratio.bound)),
            },
            cold: 0n,
            own: { from: countsOf(cheap), to: countsOf(dear) },
          },
        ];
      }),
    );
  });
};

function perKept(tasks: readonly TaskOutcome[]): (one: TaskOutcome) => number {
  const { kept } = countsOf(tasks);
  const factor = tasks.length / kept;
  return ({ cost }) => (Number(cost) / 1e12) * factor;
}
