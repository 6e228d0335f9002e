import { type HooksOf, hookEntries } from '../hooks.ts';

/** Qwen Code ends only before a prompt; around a tool the answer blocks that tool alone, and the run goes on. Source: 0.24, run */
export const qwenHooks: HooksOf = (command) => hookEntries('.qwen/settings.json', command, [{ event: 'UserPromptSubmit' }]);
