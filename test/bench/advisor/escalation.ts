import { randomFrom } from '../../unit/tokens/textMaker.ts';
import { costsOf, halves, type Run } from './costTable.ts';
import { type AdvisorRow, percent, quantile } from './row.ts';

/** How a failure of the cheap model is noticed. */
type Detector = { readonly kind: 'assumed'; readonly rate: number; readonly falseAlarms: number } | { readonly kind: 'line' };

interface Replayed {
  readonly saving: number;
  /** Solved, against the strong model alone. */
  readonly difference: number;
  readonly detected: number;
}

/**
 * K5: cheap first, then the strong model from scratch where the cheap one's failure is noticed; against the strong model alone, on the held-back half.
 * `line` uses nothing but the card of runs past the line: the cheap run is stopped at 95 % of its solved runs of the other half.
 */
export function escalation(runs: readonly Run[], of: string): AdvisorRow[] {
  const { learn, held } = halves(runs);
  const find = (pattern: RegExp) =>
    runs.find(({ model, harness }) => pattern.test(model) && harness !== 'mini' && !harness.includes(':'));
  const pairs = (
    [
      [/^DeepSeek-V4-Pro$|^model-6$/, /^claude-opus-4-8$|^model-0$/],
      [/^MiniMax-M3$|^model-4$/, /^claude-opus-4-8$|^model-0$/],
      [/^MiniMax-M3$|^model-5$/, /^claude-opus-4-5$|^model-1$/],
    ] as const
  ).flatMap(([cheap, strong]) => {
    const [a, b] = [find(cheap), find(strong)];
    return a && b ? [{ cheap: a, strong: b }] : [];
  });
  return pairs.flatMap(({ cheap, strong }) => {
    const name = `${of}: ${cheap.model}, then ${strong.model}`;
    const line = quantile(
      costsOf({ ...cheap, tasks: new Map([...cheap.tasks].filter(([, { solved }]) => solved)) }, learn),
      0.95,
    );
    const good = replay(cheap, strong, held, { kind: 'assumed', rate: 0.8, falseAlarms: 0.05 }, line);
    const half = replay(cheap, strong, held, { kind: 'assumed', rate: 0.5, falseAlarms: 0.05 }, line);
    const alone = replay(cheap, strong, held, { kind: 'line' }, line);
    const text = ({ saving, difference, detected }: Replayed): string =>
      `saves ${percent(saving)}, solves ${signed(difference)}, notices ${percent(detected)} of failures`;
    return [
      {
        id: 'K5',
        what: `${name}, 80 % of failures noticed, 5 % false alarms (assumed: tests, reverts, corrections)`,
        measured: text(good),
        target: 'saves ≥ 50 % at ≥ −1 pp',
        baseline: 'TwinRouterBench LR −53 % at equal solves',
        // An invented table has no outcomes to be right about.
        ...(of === 'made up' ? {} : { met: good.saving >= 0.5 && good.difference >= -0.01 }),
      },
      { id: 'K5', what: `${name}, 50 % noticed`, measured: text(half), target: '', baseline: '' },
      {
        id: 'K5',
        what: `${name}, the line card alone`,
        measured: text(alone),
        target: '',
        baseline: 'no card: nothing is noticed',
      },
    ];
  });
}

function replay(cheap: Run, strong: Run, tasks: readonly string[], detector: Detector, line: number): Replayed {
  const random = randomFrom(3);
  const sum = { cost: 0, strongCost: 0, solved: 0, strongSolved: 0, failed: 0, detected: 0, tasks: 0 };
  // Which failures are noticed is drawn anew so often: one draw is luck.
  for (let draw = 0; draw < 50; draw++) {
    for (const task of tasks) {
      const [first, second] = [cheap.tasks.get(task), strong.tasks.get(task)];
      if (first?.usd === undefined || second?.usd === undefined) continue;
      const noticed =
        detector.kind === 'line' ? first.usd > line : random() < (first.solved ? detector.falseAlarms : detector.rate);
      sum.tasks++;
      sum.strongCost += second.usd;
      sum.strongSolved += second.solved ? 1 : 0;
      if (!first.solved) sum.failed++;
      if (!first.solved && noticed) sum.detected++;
      sum.cost += (detector.kind === 'line' ? Math.min(first.usd, line) : first.usd) + (noticed ? second.usd : 0);
      sum.solved += (noticed ? second : first).solved ? 1 : 0;
    }
  }
  return {
    saving: 1 - sum.cost / sum.strongCost,
    difference: (sum.solved - sum.strongSolved) / sum.tasks,
    detected: sum.failed === 0 ? 1 : sum.detected / sum.failed,
  };
}

function signed(difference: number): string {
  return `${difference >= 0 ? '+' : '−'}${Math.abs(difference * 100).toFixed(1)} pp`;
}
