import { mayShowDifficulty } from '../../../src/advisor/gate.ts';
import { promptKind } from '../../../src/advisor/promptKind.ts';
import { issueLike } from '../../unit/advisor/issueLike.ts';
import { type AdvisorRow, percent } from './row.ts';

/** K3 and K4. The data has no prompts with outcomes for the kinds that are offered, so what can be measured is that repository work is left alone. */
export function prompts(): AdvisorRow[] {
  const issues = issueLike(2_000);
  const fired = issues.filter((text) => promptKind(text) !== undefined).length;
  return [
    {
      id: 'K3',
      what: `"a cheaper model does" on ${issues.length} made-up repository issues full of the words of simple work`,
      measured: `${percent(fired / issues.length, 2)} (${fired})`,
      target: 'abstains, or regret ≤ 0.04',
      baseline: 'fires on 3 % (length < 300), 11 % (pi-smart-router), 99 % (ClawRouter) of real issues, right in 0.45–0.79',
      met: fired === 0,
    },
    {
      id: 'K4',
      what: 'a score of difficulty from the prompt alone',
      measured: mayShowDifficulty([]) ? 'shown' : 'none is shown: no predictor passes',
      target: 'AUC ≥ length + 0.05 in 3 families, ECE ≤ 0.10 on unseen ones',
      baseline: 'LR +0.01, −0.02, +0.04, boosting −0.04, −0.07, +0.13 (against length)',
      met: !mayShowDifficulty([]),
    },
  ];
}
