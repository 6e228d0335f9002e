import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readDiscovery } from '../../../src/service/discovery.ts';
import { firstLine, outcome, Processes } from './processes.ts';

/** Programs in place of an agent: run as `node -e …`. */
const tellEnvironment = 'console.log(JSON.stringify(process.env))';
const tellSignals = `
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => { console.log(name); process.exit(name === 'SIGINT' ? 11 : 12); });
  setInterval(() => {}, 1000);
  console.log('up');`;

describe('spend-meter run', function () {
  this.timeout(60_000);
  let processes: Processes;

  before(async () => {
    processes = await Processes.build();
  });

  after(() => processes.dispose());

  afterEach(() => processes.clear());

  const run = (program: string) => processes.run(['run', '--', process.execPath, '-e', program]);
  const discoveryPath = (): string => join(processes.state, 'discovery.json');

  it('gives the agent the meter’s addresses, and is the meter for as long as it lives', async () => {
    const program = `
      const health = fetch(new URL('/api/health', process.env.ANTHROPIC_BASE_URL)).then((answer) => answer.status);
      health.then((status) => console.log(JSON.stringify({ status, env: process.env })));`;
    const { code, stdout } = await run(program);
    assert.equal(code, 0);
    const { status, env } = JSON.parse(stdout) as { status: number; env: Record<string, string> };
    // It answers; without the control token it says nothing.
    assert.equal(status, 401);
    assert.match(env.ANTHROPIC_BASE_URL ?? '', /^http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/anthropic$/);
    assert.match(env.OPENAI_BASE_URL ?? '', /\/openai\/v1$/);
    assert.equal(existsSync(discoveryPath()), false);
  });

  /** A program of this name that tells what it was given. */
  function teller(name: string): string {
    const path = join(processes.temp, name);
    const tell = 'console.log(JSON.stringify({ env: process.env, args: process.argv.slice(2) }))';
    writeFileSync(path, `#!${process.execPath}\n${tell}\n`, { mode: 0o755 });
    return path;
  }
  async function told(...args: readonly string[]) {
    const { code, stdout, stderr } = await processes.run(['run', ...args]);
    assert.equal(code, 0, stderr);
    const { env, args: given } = JSON.parse(stdout) as { env: Record<string, string>; args: string[] };
    return { env, given, stderr };
  }
  const named = (env: Record<string, string>, pattern: RegExp) => Object.keys(env).filter((name) => pattern.test(name));
  const otlp = /^http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/otlp$/;

  it('gives an editor, which may outlive the meter, nothing; where telemetry is wanted, what Cline tells its usage by', async () => {
    const editor = teller('code');
    const plain = await told('--', editor, '.');
    assert.deepEqual(named(plain.env, /BASE_URL|OTEL|TELEMETRY/), []);
    assert.match(plain.stderr, /turn Guard on in its window/);
    const { env, given, stderr } = await told('--telemetry', '--', editor, '.');
    assert.match(env.CLINE_OTEL_EXPORTER_OTLP_ENDPOINT ?? '', otlp);
    assert.deepEqual([...new Set(named(env, /BASE_URL|OTEL|TELEMETRY/).map((name) => name.split('_')[0]))], ['CLINE']);
    assert.deepEqual(given, ['.']);
    assert.match(stderr, /Cline pushes its telemetry to the meter in this run/);
  });

  it('turns the telemetry of the agent it runs on where that is wanted, and shows all that it gives for it', async () => {
    const qwen = teller('qwen');
    assert.deepEqual(named((await told('--', qwen)).env, /TELEMETRY/), []);
    const { env, stderr } = await told('--telemetry', '--', qwen);
    assert.match(env.QWEN_TELEMETRY_OTLP_ENDPOINT ?? '', otlp);
    assert.match(env.OPENAI_BASE_URL ?? '', /\/openai\/v1$/);
    for (const name of named(env, /TELEMETRY/)) assert.ok(stderr.includes(`\n  ${name}=${env[name]}\n`), name);
  });

  it('gives Codex its telemetry as arguments, beside its address', async () => {
    const { given, stderr } = await told('--telemetry', '--', teller('codex'), 'exec', 'hi');
    const settings = given.filter((_, i) => given[i - 1] === '-c').map((setting) => setting.split('=')[0]);
    assert.deepEqual(settings, ['otel.exporter', 'otel.log_user_prompt', 'openai_base_url']);
    assert.deepEqual(given.slice(-2), ['exec', 'hi']);
    assert.match(stderr, /Codex pushes its telemetry/);
  });

  it('says so where a command starts no agent that has telemetry', async () => {
    const { stderr } = await told('--telemetry', '--', teller('some-agent'));
    assert.match(stderr, /starts no agent that pushes telemetry/);
  });

  it('uses the meter that runs, and leaves it running', async () => {
    const served = processes.start(['serve']);
    const ready = JSON.parse(await firstLine(served)) as { baseUrls: { anthropic: string }; controlToken: string };
    const { stdout } = await run(tellEnvironment);
    const env = JSON.parse(stdout) as Record<string, string>;
    assert.equal(env.ANTHROPIC_BASE_URL, ready.baseUrls.anthropic);
    // An agent must not be able to raise its own budget.
    assert.equal(stdout.includes(ready.controlToken), false);
    assert.equal(readDiscovery(discoveryPath())?.pid, served.pid);
    assert.equal(served.exitCode, null);
  });

  it('ends as the agent ends', async () => {
    assert.equal((await run('process.exit(7)')).code, 7);
    assert.equal((await run("process.kill(process.pid, 'SIGKILL')")).code, 137);
    const missing = await processes.run(['run', '--', join(processes.temp, 'no-such-agent')]);
    assert.equal(missing.code, 127);
    assert.match(missing.stderr, /no-such-agent could not be started/);
    const nothing = await processes.run(['run', '--']);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /say what to run/);
  });

  it('passes a signal on as it is', async () => {
    for (const [signal, code] of [
      ['SIGINT', 11],
      ['SIGTERM', 12],
    ] as const) {
      const child = processes.start(['run', '--', process.execPath, '-e', tellSignals]);
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        said += chunk;
      });
      for (const end = Date.now() + 10_000; !said.includes('up') && Date.now() < end; ) await wait(10);
      const ended = outcome(child);
      child.kill(signal);
      assert.equal((await ended).code, code);
      // One signal, not two.
      assert.equal(said, `up\n${signal}\n`);
      assert.equal(existsSync(discoveryPath()), false);
    }
  });
});
