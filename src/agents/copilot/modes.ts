import type { ModeKind } from '../../core/mode.ts';
import type { RequestKind } from '../../core/request.ts';

/**
 * VS Code's chat modes (`ask`, `edit`, `agent`, the built-in custom agent `Plan`; others are the user's own) and the CLI's (`interactive`, `plan`, `autopilot`,
 * `shell`), with the CLI's built-in sub-agents. Lower case.
 */
export const copilotModes: Readonly<Record<string, ModeKind>> = {
  agent: 'code',
  edit: 'code',
  interactive: 'code',
  autopilot: 'code',
  shell: 'code',
  task: 'code',
  'general-purpose': 'code',
  explore: 'ask',
  research: 'ask',
  'code-review': 'ask',
};

/** What a request is for where it is not the agent's own step: `x-interaction-type` on the wire, `interactionType` in the CLI's record. */
export const interactionKinds: Readonly<Record<string, RequestKind>> = {
  'conversation-compaction': 'summary',
  'conversation-background': 'other',
  'conversation-sampling': 'other',
};
