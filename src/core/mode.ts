/** What an agent acts as. The agent's own name is kept beside it, and is what people are shown. */
export type ModeKind = 'orchestrator' | 'architect' | 'code' | 'debug' | 'ask' | 'other';

export const modeKinds = ['orchestrator', 'architect', 'code', 'debug', 'ask', 'other'] as const satisfies readonly ModeKind[];

export interface Mode {
  readonly kind: ModeKind;
  /** The agent's own word: `plan`, `build`, `acceptEdits`, … */
  readonly name: string;
}

const commonNames: Readonly<Record<string, ModeKind>> = {
  orchestrator: 'orchestrator',
  architect: 'architect',
  plan: 'architect',
  planner: 'architect',
  code: 'code',
  build: 'code',
  act: 'code',
  default: 'code',
  debug: 'debug',
  ask: 'ask',
};

/** A mode as the user wants it understood: their map (names in lower case) wins over ours. */
export function asTheUserSays(mode: Mode, map: Readonly<Record<string, ModeKind>>): Mode {
  const kind = map[mode.name.toLowerCase()];
  return kind === undefined || kind === mode.kind ? mode : { ...mode, kind };
}

/** Maps an agent's own name to a canonical mode; an agent's own table wins over the common words. */
export function modeOf(name: string, own: Readonly<Record<string, ModeKind>> = {}): Mode {
  const key = name.toLowerCase();
  return { kind: own[key] ?? commonNames[key] ?? 'other', name };
}
