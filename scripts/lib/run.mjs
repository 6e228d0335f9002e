import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function say(line) {
  process.stdout.write(`${line}\n`);
}

export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * Runs a program to its end. `quiet` keeps its output back and shows it only when it fails; meanwhile a line every
 * 15 s says that it is still at work. Resolves with its exit code and output; never rejects for a non-zero code.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, what?: string, shell?: boolean, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      text += chunk;
    });
    const beat = options.what ? setInterval(() => say(`  … ${options.what}, ${seconds(started)}`), 15_000) : undefined;
    const limit = options.timeoutMs ? setTimeout(() => child.kill('SIGKILL'), options.timeoutMs) : undefined;
    const done = (code, extra = '') => {
      clearInterval(beat);
      clearTimeout(limit);
      resolve({ code, output: text + extra });
    };
    child.on('error', (error) => done(127, String(error)));
    child.on('close', (code, signal) => done(code ?? 1, signal ? `\nended by ${signal}` : ''));
  });
}

/** How npm is started: through the script that npm itself names, through the one beside Node, or from the PATH. */
function npmCommand() {
  const beside = [
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(dirname(process.execPath)), 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = [process.env.npm_execpath, ...beside].find((path) => path?.endsWith('npm-cli.js') && existsSync(path));
  if (script) return { command: process.execPath, before: [script], shell: false };
  return { command: 'npm', before: [], shell: process.platform === 'win32' };
}

/**
 * Runs npm with as little of its own talk as possible. Throws with npm's output when it fails.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, what: string }} options
 */
export async function npm(args, options) {
  const { command, before, shell } = npmCommand();
  const env = { ...(options.env ?? process.env), npm_config_audit: 'false', npm_config_fund: 'false' };
  // What a surrounding `npm run` says about itself must not steer an npm in another folder.
  for (const name of ['npm_config_prefix', 'npm_config_local_prefix', 'INIT_CWD']) delete env[name];
  const started = Date.now();
  const result = await run(command, [...before, ...args], { ...options, env, shell, quiet: true });
  if (result.code !== 0) throw new Error(`npm ${args.join(' ')} failed (${seconds(started)}):\n${result.output}`);
  return result;
}
