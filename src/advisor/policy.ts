import type { Allowance, Policy } from '../core/adviceNames.ts';
import type { ModeKind } from '../core/mode.ts';
import type { Subject } from './subject.ts';
import { subjectName } from './subject.ts';

/** Modes of thinking ahead and of finding faults are never offered a cheaper model unless the user says so. */
const guarded: readonly (ModeKind | '')[] = ['architect', 'orchestrator', 'debug'];

export interface Ruling {
  /** Whether another model may be offered. */
  readonly allow: Allowance;
  /** The user's own word; `undefined` = none. What offers no other model asks only for this. */
  readonly said: Allowance | undefined;
  readonly candidates: readonly string[];
}

/** What holds for a subject. `modeKind` is the canonical kind of its mode, where it is one; one that nobody tells is `other`. */
export function rulingOf(policy: Policy, subject: Subject, modeKind: ModeKind | '' = ''): Ruling {
  const names = subject.kind === 'mode' ? [subjectName(subject), subject.name, modeKind || 'other'] : [subject.name];
  const entries = names.flatMap((name) => (name !== '' && Object.hasOwn(policy, name) ? [policy[name]] : []));
  const said = entries.find((entry) => entry?.allow !== undefined)?.allow;
  return {
    said,
    allow: said ?? (subject.kind === 'mode' && guarded.includes(modeKind) ? 'never' : 'ask'),
    candidates: entries.find((entry) => entry?.candidates !== undefined)?.candidates ?? [],
  };
}
