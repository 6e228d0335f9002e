import { advise, isWorthACard } from '../../../src/advisor/advise.ts';
import { knownHistory, plantable } from '../../unit/advisor/histories.ts';
import { type AdvisorRow, percent } from './row.ts';

/** K1: what is planted in scripted histories against what is found, each of the five by itself and together. */
export function detection(histories = 320): AdvisorRow[] {
  const counts = { found: 0, missed: 0, wrong: 0, clean: 0, cleanHistories: 0 };
  for (let seed = 1; seed <= histories; seed++) {
    const planted = plantable.filter((_, at) => ((seed >> at) & 1) === 1);
    const history = knownHistory(seed, planted);
    const advice = advise(history.script.input());
    const isPlanted = (rule: string, task: string | undefined) =>
      history.planted.some((one) => one.rule === rule && (one.task === undefined || one.task === task));
    for (const one of history.planted) {
      const found = advice.some(({ rule, task }) => rule === one.rule && (one.task === undefined || one.task === task));
      counts[found ? 'found' : 'missed']++;
    }
    counts.wrong += advice.filter(({ rule, task }) => plantable.some((id) => id === rule) && !isPlanted(rule, task)).length;
    if (planted.length > 0) continue;
    counts.cleanHistories++;
    counts.clean += advice.filter(isWorthACard).length;
  }
  const { found, missed, wrong, clean, cleanHistories } = counts;
  const precision = found / (found + wrong);
  const recall = found / (found + missed);
  return [
    row(
      'precision of R1, R2, R3, R6, R7',
      `${percent(precision, 1)} (${found} of ${found + wrong})`,
      '≥ 99 %',
      precision >= 0.99,
    ),
    row('recall of the same', `${percent(recall, 1)} (${found} of ${found + missed})`, '≥ 95 %', recall >= 0.95),
    row(`cards on ${cleanHistories} clean histories`, String(clean), '0', clean === 0),
  ];
}

function row(what: string, measured: string, target: string, met: boolean): AdvisorRow {
  return { id: 'K1', what, measured, target, baseline: 'none published', met };
}
