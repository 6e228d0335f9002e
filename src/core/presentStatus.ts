import { type BudgetLevel, worseLevel } from './budget.ts';
import { formatShare } from './format.ts';
import { type Scene, sceneOf } from './presentScene.ts';
import type { Link, ShownState } from './presentState.ts';
import type { TaskTree } from './presentTasks.ts';
import {
  agentName,
  type Money,
  moneyOfTotal,
  moneySpoken,
  moneyText,
  noMoney,
  plainText,
  type Reader,
  sumMoney,
} from './presentText.ts';
import { type TooltipExtras, type TooltipModel, tooltipModel } from './presentTooltip.ts';

/** Everything the status bar item shows. */
export interface StatusView {
  /** With at most one `$(icon)` in front. */
  readonly text: string;
  /** What a screen reader says. */
  readonly label: string;
  /** `warning`: a budget is crossed. `error`: the meter has cut a task. Nothing else may colour the item. */
  readonly severity: 'normal' | 'warning' | 'error';
  readonly tooltip: TooltipModel;
}

export interface StatusInput {
  readonly state: ShownState | undefined;
  readonly link: Link;
  readonly show: 'task' | 'today' | 'both';
  readonly reader: Reader;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly extras: TooltipExtras;
}

/** Kinds of money that the item has room for; beside a task today has room for one. The tooltip tells them all. */
const mostMoney = 2;

/** Icon, text and spoken label of a moment; each state is told by icon and word, never by colour alone. */
export function statusView(input: StatusInput): StatusView {
  const scene = sceneOf(input.state, input.link, input.now);
  const face = faceOf(scene, input);
  return {
    text: `$(${face.icon}) ${face.words.filter((word) => word !== '').join(' · ')}`,
    label: `${input.reader.t('Spend Meter')}: ${[...face.spoken, ...guardSpoken(scene, input)].join('; ')}`,
    severity: face.severity ?? 'normal',
    tooltip: tooltipModel(scene, input.state, input.reader, input.extras),
  };
}

/** Guard is quiet: another icon, one word in the tooltip, and one for whoever hears the item instead of hovering over it. */
function guardSpoken({ kind }: Scene, { state, reader: { t } }: StatusInput): readonly string[] {
  if (!state || !(kind === 'running' || kind === 'stopped' || kind === 'idle' || kind === 'empty')) return [];
  return [state.guard.on ? t('Guard is on') : t('Watching, Guard is off')];
}

interface Face {
  readonly icon: string;
  readonly words: readonly string[];
  readonly spoken: readonly string[];
  readonly severity?: StatusView['severity'];
}

/** Nothing is wrong: a pulse where the meter can act, an eye where it only watches. */
function calm({ state }: StatusInput): string {
  return state && !state.guard.on ? 'eye' : 'pulse';
}

function faceOf(scene: Scene, input: StatusInput): Face {
  const { t, locale } = input.reader;
  switch (scene.kind) {
    case 'starting':
      return { icon: 'pulse', words: [t('Spend Meter')], spoken: [t('starting')] };
    case 'gone':
      return {
        icon: 'debug-disconnect',
        words: [t('meter gone')],
        spoken: [t('the meter service is gone and is being started anew')],
      };
    case 'off':
      return { icon: 'circle-slash', words: [t('meter off')], spoken: [t('the meter service is stopped')] };
    case 'problem':
      return { icon: 'circle-slash', words: [t('meter cannot run')], spoken: [scene.message] };
    case 'scanning': {
      const share = formatShare(scene.share, locale);
      return { icon: 'search', words: [t('reading {0}', share)], spoken: [t('reading session files, {0} done', share)] };
    }
    case 'empty':
      return { icon: calm(input), words: [t('Spend Meter')], spoken: [t('no agent has spent anything yet')] };
    case 'running':
      return runningFace(scene.trees, input);
    case 'stopped':
      return stoppedFace(scene.tree, input);
    case 'idle':
      return idleFace(scene.last, scene.justEnded, input);
  }
}

function runningFace(trees: readonly TaskTree[], input: StatusInput): Face {
  const { reader } = input;
  const { t } = reader;
  const [only] = trees;
  const level = trees.reduce<BudgetLevel>((worst, tree) => worseLevel(worst, tree.level), 'none');
  const loud = level === 'warning' || level === 'exceeded';
  const face = { icon: loud ? 'warning' : calm(input), severity: level === 'exceeded' ? 'warning' : 'normal' } as const;
  if (input.show === 'today' && !loud && !only?.sample) return { ...todayFace(input, mostMoney), ...face };
  const money = sumMoney(trees.map((tree) => tree.money));
  const what = trees.length === 1 && only ? modeText(only) : t('{0} tasks', trees.length);
  const spokenWhat = trees.length === 1 && only ? taskSpoken(only, reader) : t('{0} tasks running', trees.length);
  const budget = trees.length === 1 && only ? budgetText(only, reader) : budgetWord(level, reader);
  const sample = only?.sample ? [t('sample')] : [];
  const today = input.show === 'both' && !only?.sample ? todayFace(input, 1) : undefined;
  const held = trees.some((tree) => tree.held) ? [t('waits')] : [];
  return {
    ...face,
    ...(held.length > 0 ? ({ icon: 'debug-pause', severity: 'warning' } as const) : {}),
    words: [moneyText(money, reader, mostMoney), what, ...held, ...budget, ...sample, ...(today?.words ?? [])],
    spoken: [
      `${spokenWhat}, ${moneySpoken(money, reader)}`,
      ...(held.length > 0 ? [t('a request waits because of a budget')] : []),
      ...budgetSpoken(trees, level, reader),
      ...sample,
      ...todayFace(input, 1).spoken,
    ],
  };
}

function stoppedFace(tree: TaskTree, { reader }: StatusInput): Face {
  const { t } = reader;
  const sample = tree.sample ? [t('sample')] : [];
  return {
    icon: 'debug-stop',
    words: [moneyText(tree.money, reader, mostMoney), t('stopped'), ...sample],
    spoken: [`${taskSpoken(tree, reader)}, ${moneySpoken(tree.money, reader)}`, t('stopped'), ...sample],
    severity: 'error',
  };
}

function idleFace(last: TaskTree | undefined, justEnded: boolean, input: StatusInput): Face {
  const { reader, show, state } = input;
  const nothingToday = (state?.today.requests ?? 0) === 0;
  if (!last || show === 'today' || (!justEnded && !nothingToday)) return { icon: calm(input), ...todayFace(input, mostMoney) };
  const today = todayFace(input, 1);
  const sample = last.sample ? [reader.t('sample')] : [];
  return {
    // Something of another day is not mistaken for what runs now.
    icon: justEnded ? calm(input) : 'history',
    words: [moneyText(last.money, reader, mostMoney), modeText(last), ...sample, ...(nothingToday ? [] : today.words)],
    spoken: [
      `${reader.t('last task')}: ${taskSpoken(last, reader)}, ${moneySpoken(last.money, reader)}`,
      ...sample,
      ...(nothingToday ? [] : today.spoken),
    ],
  };
}

function todayFace({ state, reader }: StatusInput, most: number): Pick<Face, 'words' | 'spoken'> {
  const money: Money = state ? moneyOfTotal(state.today) : noMoney;
  return {
    words: [reader.t('{0} today', moneyText(money, reader, most))],
    spoken: [reader.t('today {0}', moneySpoken(money, reader))],
  };
}

function modeText(tree: TaskTree): string {
  return plainText(tree.acting.mode, 16);
}

function taskSpoken(tree: TaskTree, { t }: Reader): string {
  return t('{0}, mode {1}', agentName(tree.acting.agent, t), plainText(tree.acting.mode));
}

/** `62%`, `82% of budget`, `over budget`: the louder the state, the more it is a word. */
function budgetText(tree: TaskTree, reader: Reader): readonly string[] {
  const share = tree.share === undefined ? undefined : formatShare(tree.share, reader.locale);
  if (tree.level === 'ok') return share ? [share] : [];
  if (tree.level === 'warning' && share) return [reader.t('{0} of budget', share)];
  return budgetWord(tree.level, reader);
}

function budgetSpoken([only, ...others]: readonly TaskTree[], level: BudgetLevel, reader: Reader): readonly string[] {
  if (others.length > 0 || only?.share === undefined) return budgetWord(level, reader);
  const share = reader.t('{0} of budget', formatShare(only.share, reader.locale));
  return level === 'exceeded' ? [share, ...budgetWord(level, reader)] : [share];
}

function budgetWord(level: BudgetLevel, { t }: Reader): readonly string[] {
  if (level === 'exceeded') return [t('over budget')];
  return level === 'warning' ? [t('near budget')] : [];
}
