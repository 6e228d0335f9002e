import type { HooksOf } from '../hooks.ts';

/**
 * One file that the CLI and VS Code's chat read. The CLI sends nothing that is paid before a prompt; VS Code's chat ends around its tools, too. `Stop` is left
 * alone: an answer there makes them go on. Source: CLI 1.0.102, run; https://code.visualstudio.com/docs/agent-customization/hooks
 */
export const copilotHooks: HooksOf = (command) =>
  ['UserPromptSubmit', 'PreToolUse', 'PostToolUse'].map((event) => ({
    belowHome: '.copilot/hooks/spend-meter.json',
    path: ['hooks', event],
    item: { type: 'command', command },
  }));
