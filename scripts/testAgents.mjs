/**
 * `npm run test:agents`: installs the agent CLIs named in `test/agents/package.json` and runs `test/agents` with them.
 * One that cannot be installed fails the run.
 *
 *   npm run test:agents -- [--grep=<text>]
 *
 * The tests find the executables in the folder that `SPEND_METER_AGENTS` names.
 */
import { randomUUID } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installed } from './lib/install.mjs';
import { leftOver, marker } from './lib/leftOver.mjs';
import { root, tools } from './lib/paths.mjs';
import { closingLine, failed, mocha, passed, runSteps, skipped } from './lib/results.mjs';
import { npm, run, say, seconds } from './lib/run.mjs';

const { values } = parseArgs({ options: { grep: { type: 'string' } } });
const source = join(root, 'test', 'agents');
const folder = join(tools, 'agents');
const commands = ['claude', 'codex', 'opencode', 'kilo', 'cline', 'copilot', 'gemini', 'qwen'];

async function install() {
  const started = Date.now();
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    const text = readFileSync(join(source, name));
    rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, name), text);
  }
  if (!installed(folder)) {
    say('Installing the agent CLIs from npm (about 1.4 GB on disk, once) into .tools/agents …');
    // Not `npm ci`: the lock was made where the registry had this platform's optional packages only.
    await npm(['install', '--no-save'], { cwd: folder, what: 'agent CLIs' });
    say(`  done in ${seconds(started)}`);
  }
}

/** Each must at least say its version: an install whose binary is missing is no install. */
async function installStep() {
  await install();
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const silent = [];
  for (const command of commands) {
    const bin = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? `${command}.cmd` : command);
    const { code, output } = await run(bin, ['--version'], {
      quiet: true,
      env: { ...process.env, HOME: home },
      shell: process.platform === 'win32',
      timeoutMs: 120_000,
    });
    say(`  ${command.padEnd(9)} ${output.trim().split('\n').at(-1)}`);
    if (code !== 0) silent.push(`${command} --version ended with ${code}: ${output.slice(0, 500)}`);
  }
  return silent.length > 0 ? failed(silent.join('\n')) : passed(commands.length);
}

const run$ = randomUUID();
process.env[marker] = run$;

const steps = [
  { name: 'install', title: 'Agent CLIs from npm', run: installStep },
  {
    name: 'agents',
    title: 'Agents through the gateway',
    run: async () => {
      const tests = globSync('test/agents/**/*.test.ts', { cwd: root });
      if (tests.length === 0) return skipped('there are no tests in test/agents yet');
      const { buildAll } = await import('../esbuild.mjs');
      await buildAll({ production: true });
      return mocha('agents', tests, {
        env: { SPEND_METER_AGENTS: join(folder, 'node_modules', '.bin'), SPEND_METER_EXIT_WITH_PID: String(process.pid) },
        args: ['--timeout', '180000', ...(values.grep ? ['--grep', values.grep] : [])],
        timeoutMs: 2_700_000,
      });
    },
  },
  {
    name: 'left over',
    title: 'Nothing is left running',
    run: async () => {
      const left = await leftOver(run$);
      return left.length > 0 ? failed(`still running:\n${left.join('\n')}`) : passed();
    },
  },
];

const total = await runSteps('agents', steps);
say(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
