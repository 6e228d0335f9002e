import { type HooksOf, hookEntries } from '../hooks.ts';

/** Gemini CLI asks before each request to a model, and sends none after a no. Source: 0.61, run; google-gemini/gemini-cli, docs/hooks */
export const geminiHooks: HooksOf = (command) => hookEntries('.gemini/settings.json', command, [{ event: 'BeforeModel' }]);
