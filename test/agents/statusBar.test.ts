import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { findChromium, noChromium } from '../../scripts/host/chromium.mjs';
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

  it('moves the status bar while it answers, and is ended by a click on Stop', async function () {
    if (!findChromium()) {
      console.log(`!!!! skipped: ${noChromium}`);
      this.skip();
    }
    const random = new Random();
    const standIn = new StandIn({ random, key });
    const url = await standIn.start();
    const walk = await Walk.start();
    try {
      const discovery = await waitUntil(async () => readDiscovery(join(walk.places.state, 'discovery.json')), 30_000);
      const call = async (method: string, path: string, body?: object): Promise<unknown> => {
        const answer = await fetch(`http://127.0.0.1:${discovery.port}/api${path}`, {
          method,
          headers: { authorization: `Bearer ${discovery.controlToken}` },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        assert.equal(answer.status, 200);
        return answer.json();
      };
      await call('PUT', '/settings', { upstreams: { anthropic: url } });
      await call('PUT', '/guard', { on: true });
      const { guard } = (await call('GET', '/state')) as State;
      assert.equal(guard.environment.ANTHROPIC_BASE_URL, guard.baseUrls.anthropic);

      standIn.script({
        blocks: [{ kind: 'text', text: prose(random, 3) }],
        usage: drawUsage(random, 'anthropic', false),
        endless: { after: Number.POSITIVE_INFINITY, reached: () => {}, goOn: new Promise(() => {}) },
      });
      const { argv, env } = claudeCode.command({ prompt: 'Write and write.' }, { baseUrls: guard.baseUrls, cliPath: '' });
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
      const ended = once(agent, 'close');

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
      await ended;
      assert.match(output, /Spend Meter: you stopped this task/);
      const paid = standIn.served.filter(({ side }) => !side);
      assert.equal(paid.length, 1);
      await standIn.until(() => paid[0]?.left !== undefined);
      await waitUntil(async () => (/stopped/.test((await walk.statusItem().textContent()) ?? '') ? true : undefined), 10_000);
      await walk.screenshot('claude-code-stopped');
    } finally {
      standIn.dispose();
      await walk.close();
    }
  });
});
