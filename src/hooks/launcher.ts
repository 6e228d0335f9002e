import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stopDoorFile } from './ask.ts';

/** What the launcher starts: a Node, or an editor that runs as one, and the CLI. Absolute paths. */
export interface Program {
  readonly node: string;
  readonly cli: string;
}

/** Where it lies: its path stays the same whatever version of the meter it leads to. */
export function launcherPath(stateFolder: string, platform: string): string {
  return join(stateFolder, 'bin', platform === 'win32' ? 'spend-meter-hook.cmd' : 'spend-meter-hook');
}

/** The line for a shell that has a hook of this agent ask the meter. */
export function launcherCommand(stateFolder: string, platform: string, agent: string): string {
  const path = launcherPath(stateFolder, platform);
  return `${platform === 'win32' ? `"${path}"` : shellQuoted(path)} ${agent}`;
}

/**
 * Writes what agents' hooks call (for its owner only). It holds no secret. It ends with 0 whatever becomes of what it starts (an exit status of 2 makes some agents refuse, or go
 * on for ever), and at once, without starting anything, when the meter is not there any more. Left alone when it says the same.
 */
export function writeLauncher(stateFolder: string, platform: string, program: Program): void {
  const path = launcherPath(stateFolder, platform);
  const text = platform === 'win32' ? batch(stateFolder, program) : shell(stateFolder, program);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // A hook may start while it is replaced.
  const next = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(next, text, { mode: 0o700, flag: 'wx' });
  renameSync(next, path);
}

export function removeLauncher(stateFolder: string): void {
  rmSync(join(stateFolder, 'bin'), { recursive: true, force: true });
}

/** Whether the launcher leads to this CLI, or to none that is there. */
export function leadsTo(stateFolder: string, platform: string, cli: string): boolean {
  const path = launcherPath(stateFolder, platform);
  if (!existsSync(path)) return true;
  const text = readFileSync(path, 'utf8');
  const target =
    platform === 'win32' ? /^set "cli=(.*)"/m.exec(text)?.[1]?.replaceAll('%%', '%') : unquoted(/^cli=(.*)$/m.exec(text)?.[1]);
  return !target || target === cli || !existsSync(target);
}

function shell(stateFolder: string, { node, cli }: Program): string {
  return `#!/bin/sh
# Spend Meter: tells a coding agent's hook whether its task is stopped.
# Taken out again by "spend-meter connect --undo", or "Spend Meter: Disconnect agents…" in VS Code.
node=${shellQuoted(node)}
cli=${shellQuoted(cli)}
state=${shellQuoted(stateFolder)}
if [ -x "$node" ] && [ -f "$cli" ] && [ -f "$state/${stopDoorFile}" ]; then
  unset NODE_OPTIONS
  ELECTRON_RUN_AS_NODE=1 SPEND_METER_STATE="$state" "$node" "$cli" hook "$@" 2>/dev/null
fi
exit 0
`;
}

function batch(stateFolder: string, { node, cli }: Program): string {
  const escaped = (text: string): string => text.replaceAll('%', '%%');
  const lines = [
    '@echo off',
    "rem Spend Meter: tells a coding agent's hook whether its task is stopped.",
    'setlocal',
    `set "node=${escaped(node)}"`,
    `set "cli=${escaped(cli)}"`,
    `set "SPEND_METER_STATE=${escaped(stateFolder)}"`,
    'if not exist "%node%" exit /b 0',
    'if not exist "%cli%" exit /b 0',
    `if not exist "%SPEND_METER_STATE%\\${stopDoorFile}" exit /b 0`,
    'set "NODE_OPTIONS="',
    'set "ELECTRON_RUN_AS_NODE=1"',
    '"%node%" "%cli%" hook %* 2>nul',
    'exit /b 0',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function unquoted(text: string | undefined): string | undefined {
  return text?.slice(1, -1).replaceAll("'\\''", "'");
}
