import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import { findChromium, noChromium } from '../../scripts/host/chromium.mjs';
import { requestSchema } from '../../src/protocol/rows.ts';
import type { State } from '../../src/protocol/state.ts';
import { readDiscovery } from '../../src/service/discovery.ts';
import { waitUntil } from '../browser/waitUntil.ts';
import { Walk } from '../browser/walk.ts';
import { Random } from '../standIn/random.ts';
import { StandIn } from '../standIn/standIn.ts';
import { drawUsage, prose } from '../standIn/turn.ts';
import { clean, key } from './bench.ts';
import { claudeCode } from './clis.ts';

describe('Claude Code in a guarded terminal, beside a real VS Code', function () {
  this.timeout(120_000);
  const random = new Random();
  let standIn: StandIn;
  let walk: Walk;

  before(function () {
    if (findChromium()) return;
    console.log(`!!!! skipped: ${noChromium}`);
    this.skip();
  });

  beforeEach(async () => {
    standIn = new StandIn({ random, key });
    walk = await Walk.start();
    await waitUntil(async () => readDiscovery(join(walk.places.state, 'discovery.json')), 30_000);
    await call('PUT', '/settings', { upstreams: { anthropic: await standIn.start() } });
    await call('PUT', '/guard', { on: true });
  });

  afterEach(async () => {
    standIn.dispose();
    await walk.close();
  });

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const { port, controlToken } = readDiscovery(join(walk.places.state, 'discovery.json')) ?? assert.fail('no service');
    const answer = await fetch(`http://127.0.0.1:${port}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${controlToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    assert.equal(answer.status, 200);
    return answer.json();
  }

  /** Starts the agent as a guarded terminal would; answers its output once it has ended. */
  async function run(prompt: string): Promise<{ readonly ended: Promise<string> }> {
    const { guard } = (await call('GET', '/state')) as State;
    assert.equal(guard.environment.ANTHROPIC_BASE_URL, guard.baseUrls.anthropic);
    const { argv, env } = claudeCode.command({ prompt }, { baseUrls: guard.baseUrls, cliPath: '' });
    const agent = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: walk.places.workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...clean(process.env),
        PATH: `${process.env.SPEND_METER_AGENTS}${delimiter}${process.env.PATH}`,
        HOME: walk.places.home,
        ...env,
      },
    });
    let output = '';
    for (const stream of [agent.stdout, agent.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    return { ended: once(agent, 'close').then(() => output) };
  }

  it('moves the status bar while it answers, and is ended by a click on Stop', async () => {
    standIn.script({
      blocks: [{ kind: 'text', text: prose(random, 3) }],
      usage: drawUsage(random, 'anthropic', false),
      endless: { after: Number.POSITIVE_INFINITY, reached: () => {}, goOn: new Promise(() => {}) },
    });
    const { ended } = await run('Write and write.');

    const cost = async (): Promise<string | undefined> => /\$[\d.]+/.exec((await walk.statusItem().textContent()) ?? '')?.[0];
    const first = await waitUntil(cost, 60_000);
    await waitUntil(async () => ((await cost()) === first ? undefined : true), 30_000);
    await walk.screenshot('claude-code-running');

    await walk.statusItem().locator('a').first().click();
    await walk
      .webview()
      .getByRole('button', { name: /^Stop .*: cut the answer/ })
      .first()
      .click({ timeout: 30_000 });
    assert.match(await ended, /Spend Meter: you stopped this task/);
    const paid = standIn.served.filter(({ side }) => !side);
    assert.equal(paid.length, 1);
    await standIn.until(() => paid[0]?.left !== undefined);
    await waitUntil(async () => (/stopped/.test((await walk.statusItem().textContent()) ?? '') ? true : undefined), 10_000);
    await walk.screenshot('claude-code-stopped');
  });

  it('gets its answer when VS Code is closed while it waits for it, and is counted to the token', async () => {
    const usage = drawUsage(random, 'anthropic', false);
    let release = (): void => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    standIn.script({ blocks: [{ kind: 'text', text: 'The last words.' }], usage, hold });
    const { ended } = await run('Say your last words.');
    await standIn.until(() => standIn.served.some(({ side }) => !side));
    await walk.quit();
    release();
    assert.match(await ended, /The last words\./);
    const rows = z.array(requestSchema).parse(await call('GET', '/requests'));
    const [row, ...more] = rows.filter(({ kind }) => kind === 'work');
    assert.equal(more.length, 0);
    assert.equal(row?.outcome, 'ok');
    assert.deepEqual([row?.usage.uncachedInput, row?.usage.output], [usage.uncachedInput, usage.output]);
  });
});
