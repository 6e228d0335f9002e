import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Launch, LaunchFile } from '../agents/agent.ts';
import { guardCommand } from '../agents/registry.ts';
import { isEditorCommand, type RunTelemetry, runTelemetry } from '../agents/runTelemetry.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import { writePrivateFile } from '../service/privateFile.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { reach } from './reach.ts';

/**
 * `spend-meter run [--telemetry] -- COMMAND…`: runs an agent's CLI guarded. It uses the service that runs, or is the service itself
 * for as long as the command lives. No file of the agent's is changed: it gets environment variables, Codex a
 * setting on its command line, and Gemini CLI a file of defaults in the meter's own folder. An editor may outlive the
 * meter, so it is given nothing that its agents would depend on. `--telemetry` has the agent push its telemetry, too, in this run alone, and says what it is given for that.
 */
export const main: Command = async (args, io) => {
  const wantsTelemetry = args[0] === telemetryOption;
  const words = wantsTelemetry ? args.slice(1) : args;
  const argv = words[0] === '--' ? words.slice(1) : words;
  if (!argv.length) throw new UsageError('say what to run: spend-meter run -- COMMAND…');
  const folder = stateFolder(io.env, process.platform, io.home);
  const service = await reach('run', folder, io);
  if (typeof service === 'number') return service;
  try {
    const isEditor = isEditorCommand(argv[0] ?? '');
    if (isEditor) io.stderr.write(`spend-meter run: ${editorNote}\n`);
    const launch = isEditor ? { argv, env: {} } : guardCommand(argv, service.baseUrls);
    const telemetry = wantsTelemetry ? runTelemetry(argv, service.otlp) : undefined;
    if (wantsTelemetry) io.stderr.write(telemetry ? telemetryNote(telemetry, io) : `spend-meter run: ${noTelemetry}\n`);
    return await runLaunch(telemetry ? pushing(launch, telemetry) : launch, folder, io);
  } finally {
    service.hosted?.end('the command it was started for has ended');
    await service.hosted?.ended;
  }
};

const telemetryOption = '--telemetry';
const editorNote = 'an editor is not guarded from here: turn Guard on in its window.';
const noTelemetry = 'this command starts no agent that pushes telemetry; it is guarded all the same.';

/** What is given to the agent, as it is given. */
function telemetryNote({ of, env, args }: RunTelemetry, io: CommandIo): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}${io.env[name] ? ' (instead of yours)' : ''}`);
  const lines = [...variables, ...(args.length > 0 ? [args.join(' ')] : [])];
  return `spend-meter run: ${of.join(', ')} pushes its telemetry to the meter in this run, and in no other:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function pushing(launch: Launch, { env, args, word }: RunTelemetry): Launch {
  const { argv } = launch;
  return { ...launch, argv: [...argv.slice(0, word + 1), ...args, ...argv.slice(word + 1)], env: { ...launch.env, ...env } };
}

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
