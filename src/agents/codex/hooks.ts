import { type HooksOf, hookEntries } from '../hooks.ts';

/**
 * Codex ends only before a prompt: around a tool it passes the answer over, and at `Stop` it would go on for ever. It asks its user to trust a new hook.
 * Source: 0.169, run; https://developers.openai.com/codex/hooks
 */
export const codexHooks: HooksOf = (command) => hookEntries('.codex/hooks.json', command, [{ event: 'UserPromptSubmit' }]);
