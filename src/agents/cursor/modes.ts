import type { ModeKind } from '../../core/mode.ts';

/** `unifiedMode` of a conversation. */
export const cursorModes: Readonly<Record<string, ModeKind>> = { agent: 'code', edit: 'code', chat: 'ask', background: 'code' };
