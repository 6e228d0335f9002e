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

  it('gives an editor, which may outlive the meter, nothing but where Cline may tell its usage', async () => {
    const editor = join(processes.temp, 'code');
    writeFileSync(editor, `#!${process.execPath}\n${tellEnvironment}\n`, { mode: 0o755 });
    const { code, stdout, stderr } = await processes.run(['run', '--', editor, '.']);
    assert.equal(code, 0);
    const env = JSON.parse(stdout) as Record<string, string>;
    assert.match(env.CLINE_OTEL_EXPORTER_OTLP_ENDPOINT ?? '', /^http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/otlp$/);
    assert.deepEqual(
      Object.keys(env).filter((name) => /BASE_URL/.test(name)),
      [],
    );
    assert.match(stderr, /turn Guard on in its window/);
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
