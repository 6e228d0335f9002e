import type { ModeKind } from '../../core/mode.ts';
import type { RequestKind } from '../../core/request.ts';

/** Approval modes and the built-in sub-agents, lower case. */
export const qwenModes: Readonly<Record<string, ModeKind>> = {
  plan: 'architect',
  default: 'code',
  'auto-edit': 'code',
  auto: 'code',
  yolo: 'code',
  'general-purpose': 'code',
  explore: 'ask',
};

/** Sub-agents that keep its memory, and do none of the work. */
export function keepsMemory(subAgent: string): boolean {
  return /^managed-.*(memory|dream)/.test(subAgent);
}

/** What a sub-agent is for. */
export function kindOfSubAgent(name: string): RequestKind {
  return keepsMemory(name) ? 'memory bank' : 'work';
}
