import type { Policy } from './adviceNames.ts';

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
    other: { allow: 'never' },
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
