import type { HooksOf } from '../hooks.ts';

/**
 * Files of Cline's second generation (the extension since 4.1, the CLI) that are named after an event, and that it looks for when a session starts. It waits for the two around a
 * tool only: a `cancel` there ends the run, and nothing more is sent. Those at the beginning of a prompt are started and not heard. It fails open whatever the file does.
 * Source: CLI 3.0.65, run.
 */
export const clineHooks: HooksOf = (command, platform) =>
  // Not tried on Windows, where it takes other kinds of file.
  platform === 'win32'
    ? []
    : ['PreToolUse', 'PostToolUse'].map((event) => ({ belowHome: `.cline/hooks/${event}`, script: script(command) }));

function script(command: string): string {
  return `#!/bin/sh
# Spend Meter: asks whether this task is stopped.
# Taken out again by "spend-meter connect --undo", or "Spend Meter: Disconnect agents…" in VS Code.
${command} 2>/dev/null
exit 0
`;
}
