import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Launch, LaunchFile } from '../agents/agent.ts';
import { editorTelemetry, isEditorCommand } from '../agents/editorCommand.ts';
import { guardCommand } from '../agents/registry.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import { writePrivateFile } from '../service/privateFile.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { reach } from './reach.ts';

/**
 * `spend-meter run -- COMMAND…`: runs an agent's CLI guarded. It uses the service that runs, or is the service itself
 * for as long as the command lives. No file of the agent's is changed: it gets environment variables, Codex a
 * setting on its command line, and Gemini CLI a file of defaults in the meter's own folder. An editor may outlive the
 * meter, so it is given nothing that its agents would depend on: only what lets them tell their usage.
 */
export const main: Command = async (args, io) => {
  const argv = args[0] === '--' ? args.slice(1) : args;
  if (!argv.length) throw new UsageError('say what to run: spend-meter run -- COMMAND…');
  const folder = stateFolder(io.env, process.platform, io.home);
  const service = await reach('run', folder, io);
  if (typeof service === 'number') return service;
  try {
    const isEditor = isEditorCommand(argv[0] ?? '');
    if (isEditor) io.stderr.write(`spend-meter run: ${editorNote}\n`);
    const launch = isEditor ? { argv, env: editorTelemetry(service.otlp) } : guardCommand(argv, service.baseUrls);
    return await runLaunch(launch, folder, io);
  } finally {
    service.hosted?.end('the command it was started for has ended');
    await service.hosted?.ended;
  }
};

const editorNote =
  'an editor is not guarded from here: turn Guard on in its window. Agents in it that are told by no setting of theirs (Cline) send their telemetry to the meter.';

async function runLaunch(launch: Launch, folder: string, io: CommandIo): Promise<number> {
  // Ended before it began.
  if (io.signal.aborted) return 128 + constants.signals.SIGTERM;
  const [command = '', ...rest] = launch.argv;
  const settings = launch.file ? placed(launch.file, folder, io) : {};
  if (!settings) {
    io.stderr.write(`spend-meter run: ${launch.file?.advice}\n`);
    return 1;
  }
  const env = { ...io.env, ...launch.env, ...settings };
  const child = spawn(command, rest, {
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  });
  // Ctrl-C in a terminal reaches the agent by itself, which takes it for "stop this answer" and goes on; a SIGTERM of
  // ours on top would end it. Whoever signals this process alone means the agent.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const pass = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !terminal) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      io.stderr.write(`spend-meter run: ${command} could not be started: ${error.message}\n`);
      resolve(127);
    });
    child.once('exit', (exit, signal) => resolve(exit ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  for (const signal of signals) process.off(signal, pass);
  return code;
}

/** Variables that name the settings an agent is started with, where its user has not chosen them; `undefined` where it would not take them from us. */
function placed(file: LaunchFile, folder: string, io: CommandIo): Record<string, string> | undefined {
  if (io.env[file.variable] || file.isChosen(io.home)) return {};
  if (!isAdministrators(folder)) return undefined;
  const path = join(folder, file.name);
  writePrivateFile(path, file.text);
  return { [file.variable]: path };
}

function isAdministrators(folder: string): boolean {
  if (process.platform === 'win32') return false;
  const { uid, mode } = statSync(folder);
  if (uid !== 0 || (mode & 0o022) !== 0) return false;
  const above = dirname(folder);
  return above === folder || isAdministrators(above);
}
