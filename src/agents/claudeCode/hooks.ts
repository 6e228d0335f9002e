import { type HooksOf, hookEntries } from '../hooks.ts';

/**
 * Before a prompt Claude Code sends nothing; around a tool it ends once that tool has run. `Stop` is left alone: an answer there makes it go on.
 * Source: 2.1.330, run; https://code.claude.com/docs/en/hooks
 */
export const claudeHooks: HooksOf = (command) =>
  hookEntries('.claude/settings.json', command, [
    { event: 'UserPromptSubmit' },
    { event: 'PreToolUse', matcher: '*' },
    { event: 'PostToolUse', matcher: '*' },
  ]);
