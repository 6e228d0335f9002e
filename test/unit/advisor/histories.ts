import type { RuleId } from '../../../src/core/adviceNames.ts';
import { deepseek, haiku, minimax, minute, opus, Script, sonnet } from './scripted.ts';

/** A history in which it is known what is wrong. */
export interface KnownHistory {
  readonly script: Script;
  /** What a detector should find, by rule; for what is about one task with the task. */
  readonly planted: readonly { readonly rule: RuleId; readonly task?: string }[];
}

export const plantable = ['drift', 'utility', 'explorer', 'past the line', 'loop'] as const satisfies readonly RuleId[];
type Planted = (typeof plantable)[number];

/** Four weeks of somebody who plans on a flagship and codes on open weights, with everything that looks wrong and is not; `planted` really is. */
export function knownHistory(seed: number, planted: readonly Planted[]): KnownHistory {
  const script = new Script(seed);
  const { random } = script;
  const made = (call: string, result: string) => ({ tool: 'bash', call, result });
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const found: { rule: RuleId; task?: string }[] = [];
  for (let n = 0; n < 40; n++) {
    script.rest(between(2, 14) * 60 * minute);
    const code = { model: minimax, turns: 6 };
    switch (n % 8) {
      case 1:
        // The switch happens: plan, then code on its own model.
        script.task([{ model: opus, mode: 'plan', turns: 3 }, code]);
        break;
      case 2:
        // A few failures of the same call, then it goes well; the same call again with other results.
        script.task([{ ...code, turns: 9, call: (turn) => made('test', turn < 5 ? 'failed' : `ok ${turn}`) }]);
        script.task([{ ...code, turns: 9, call: (turn) => made('lint', `error ${turn}`) }]);
        break;
      case 3:
        // Side requests on the small model.
        script.task([{ model: haiku, kind: 'title', turns: 1 }, code, { model: haiku, kind: 'summary', turns: 1 }]);
        break;
      case 4:
        // A look-up agent on a cheap model.
        script.task([{ model: deepseek, mode: 'explore', turns: 4 }], { parent: script.task([code]) });
        break;
      case 5:
        // The user tries another model for a whole task in both modes.
        script.task([
          { model: deepseek, mode: 'ask', turns: 2 },
          { model: deepseek, mode: 'ask', turns: 2 },
        ]);
        break;
      case 6:
        // One model for everything: nothing drifts there.
        script.task(
          [
            { model: haiku, mode: 'plan', turns: 2 },
            { model: haiku, mode: 'act', turns: 2 },
          ],
          { agent: 'cline' },
        );
        break;
      default:
        script.task([code]);
    }
  }
  if (planted.includes('drift')) {
    script.rest();
    script.task([
      { model: opus, mode: 'plan', turns: between(2, 4) },
      { model: opus, turns: between(2, 12) },
    ]);
    found.push({ rule: 'drift' });
  }
  if (planted.includes('utility')) {
    for (let n = between(4, 12); n > 0; n--) {
      script.rest();
      script.task([
        { model: random() < 0.5 ? opus : sonnet, kind: 'title', turns: 1, size: 2 },
        { model: minimax, turns: 6 },
      ]);
    }
    found.push({ rule: 'utility' });
  }
  if (planted.includes('explorer')) {
    script.rest();
    const parent = script.task([{ model: minimax, turns: 6 }]);
    for (let n = between(2, 5); n > 0; n--) script.task([{ model: opus, mode: 'explore', turns: between(4, 9) }], { parent });
    found.push({ rule: 'explorer' });
  }
  script.rest(2 * 60 * minute);
  if (planted.includes('loop')) {
    const task = script.task([
      { model: minimax, turns: 2 },
      { model: minimax, turns: between(10, 14), size: 6, pause: 20_000, call: () => made('build', 'boom') },
    ]);
    found.push({ rule: 'loop', task });
  }
  if (planted.includes('past the line')) {
    const task = script.task([{ model: minimax, turns: between(14, 25), pause: 20_000 }]);
    found.push({ rule: 'past the line', task });
  }
  return { script, planted: found };
}
