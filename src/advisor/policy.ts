import type { Allowance, Policy } from '../core/adviceNames.ts';
import type { ModeKind } from '../core/mode.ts';
import type { Subject } from './subject.ts';
import { subjectName } from './subject.ts';

/** Modes of thinking ahead and of finding faults are never offered a cheaper model unless the user says so. */
const guarded: readonly (ModeKind | '')[] = ['architect', 'orchestrator', 'debug'];

/** Ready-made policies; `modeKind` names hold for every agent. */
export const presets = {
  /** Plan with the best there is, write code with open weights. */
  'frontier plans, open weights code': {
    architect: { allow: 'never' },
    orchestrator: { allow: 'never' },
    debug: { allow: 'never' },
    code: { allow: 'ask', candidates: ['qwen3-coder-plus', 'glm-5.1', 'minimax-m3', 'deepseek-v4-pro', 'kimi-k2.6'] },
  },
  /** Only what nobody sees: titles, summaries, messages, look-ups. */
  'only side requests': {
    architect: { allow: 'never' },
    orchestrator: { allow: 'never' },
    debug: { allow: 'never' },
    code: { allow: 'never' },
    ask: { allow: 'never' },
  },
  nothing: {
    architect: { allow: 'never' },
    orchestrator: { allow: 'never' },
    debug: { allow: 'never' },
    code: { allow: 'never' },
    ask: { allow: 'never' },
    other: { allow: 'never' },
    title: { allow: 'never' },
    summary: { allow: 'never' },
    'commit message': { allow: 'never' },
    classification: { allow: 'never' },
    'prompt enhancement': { allow: 'never' },
    search: { allow: 'never' },
  },
} as const satisfies Readonly<Record<string, Policy>>;
export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];

export interface Ruling {
  readonly allow: Allowance;
  readonly candidates: readonly string[];
}

/** What holds for a subject. `modeKind` is the canonical kind of its mode, where it is one. */
export function rulingOf(policy: Policy, subject: Subject, modeKind: ModeKind | '' = ''): Ruling {
  const names = subject.kind === 'mode' ? [subjectName(subject), subject.name, modeKind] : [subject.name];
  const entries = names.flatMap((name) => (name !== '' && Object.hasOwn(policy, name) ? [policy[name]] : []));
  const allow = entries.find((entry) => entry?.allow !== undefined)?.allow;
  return {
    allow: allow ?? (subject.kind === 'mode' && guarded.includes(modeKind) ? 'never' : 'ask'),
    candidates: entries.find((entry) => entry?.candidates !== undefined)?.candidates ?? [],
  };
}
