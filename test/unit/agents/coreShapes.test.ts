import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as kiloSdk from '@kilocode/sdk/client';
import * as opencodeSdk from '@opencode-ai/sdk/client';
import { build } from 'esbuild';
import { kiloAgent } from '../../../src/agents/kilo/agent.ts';
import type { CoreDatabase } from '../../../src/agents/opencode/database.ts';
import { stepObservation } from '../../../src/agents/opencode/step.ts';
import type { SpendMeter } from '../../../src/hooks/serverPlugin.ts';

// Both programs publish the types of what they store and of their server's client: what is read here is held to them.
type Message = opencodeSdk.AssistantMessage & kiloSdk.AssistantMessage;
type Step = opencodeSdk.StepFinishPart & kiloSdk.StepFinishPart;
type Session = opencodeSdk.Session & kiloSdk.Session;

const core: CoreDatabase = {
  agent: 'kilo',
  folder: 'kilo',
  file: 'kilo.db',
  variable: 'KILO_DB',
  modes: kiloAgent.modes ?? {},
  costReporters: ['kilo'],
};

const message: Message = {
  id: 'msg_2',
  sessionID: 'ses_child',
  role: 'assistant',
  time: { created: 1_790_000_000_000, completed: 1_790_000_004_000 },
  parentID: 'msg_1',
  modelID: 'claude-sonnet-4-5',
  providerID: 'anthropic',
  mode: 'architect',
  path: { cwd: '/home/me/shop', root: '/home/me' },
  cost: 0.5,
  tokens: { input: 100, output: 20, reasoning: 30, cache: { read: 4000, write: 500 } },
  finish: 'stop',
};

const step: Step = {
  id: 'prt_3',
  sessionID: 'ses_child',
  messageID: 'msg_2',
  type: 'step-finish',
  reason: 'stop',
  cost: 0.5,
  tokens: message.tokens,
};

function observed(part: object, of: Message) {
  const row = {
    id: step.id,
    at: 1_790_000_003_000,
    step: JSON.stringify(part),
    message: JSON.stringify(of),
    session: step.sessionID,
    parent: 'ses_root',
    directory: '/elsewhere',
  };
  return stepObservation(core, row);
}

describe('the published shapes of Kilo and OpenCode', () => {
  it('a finished step is one request, by its types', () => {
    const seen = observed(step, message);
    assert.ok(seen);
    assert.equal(seen.task, 'kilo:ses_child');
    assert.equal(seen.parent, 'kilo:ses_root');
    assert.equal(seen.mode?.name, 'architect');
    assert.equal(seen.model, 'claude-sonnet-4-5');
    assert.equal(seen.provider, 'anthropic');
    assert.equal(seen.workspace, '/home/me/shop');
    assert.equal(seen.reportedUsd, undefined, 'its own estimate is no provider’s word');
    const { uncachedInput, cacheRead, cacheWrite5m, output, reasoning } = seen.usage;
    assert.deepEqual([uncachedInput, cacheRead, cacheWrite5m, output, reasoning], [100, 4000, 500, 50, 30]);
  });

  it('the cost is taken where the provider names it', () => {
    assert.equal(observed(step, { ...message, providerID: 'kilo' })?.reportedUsd, '0.5');
  });

  it('parts of every other type are no request', () => {
    const others: (opencodeSdk.Part & kiloSdk.Part)['type'][] = [
      'text',
      'reasoning',
      'tool',
      'step-start',
      'snapshot',
      'patch',
      'agent',
      'retry',
    ];
    for (const type of others) assert.equal(observed({ ...step, type }, message), undefined);
  });
});

for (const [agent, client] of [
  ['opencode', (baseUrl: string) => opencodeSdk.createOpencodeClient({ baseUrl })],
  ['kilo', (baseUrl: string) => kiloSdk.createKiloClient({ baseUrl })],
] as const) {
  describe(`the server plugin with the published client of ${agent}`, () => {
    let temp: string;
    let server: Server;
    let base: string;
    const asked: string[] = [];
    const parents = new Map([
      ['ses_grandchild', 'ses_child'],
      ['ses_child', 'ses_root'],
    ]);
    let stopped: string | undefined;

    before(async () => {
      temp = mkdtempSync(join(tmpdir(), 'spend-meter-plugin-'));
      await build({
        entryPoints: [join(import.meta.dirname, '../../../src/hooks/serverPlugin.ts')],
        outfile: join(temp, 'bin', `${agent}.mjs`),
        bundle: true,
        format: 'esm',
        platform: 'node',
      });
      server = createServer((req, res) => {
        const path = decodeURIComponent(req.url ?? '');
        const id = /^\/session\/(\w+)/.exec(path)?.[1];
        if (id) {
          const parentID = parents.get(id);
          const session: Session = {
            id,
            projectID: 'p',
            directory: temp,
            title: '',
            version: '1',
            time: { created: 1, updated: 1 },
            ...(parentID && { parentID }),
          };
          res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session));
          return;
        }
        const task = /^\/door\/is-stopped\/(.*)$/.exec(path)?.[1];
        if (task) asked.push(task);
        if (task && task === stopped) res.writeHead(200).end('Over its budget.');
        else res.writeHead(204).end();
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const address = server.address();
      assert.ok(address && typeof address === 'object');
      base = `http://127.0.0.1:${address.port}`;
      writeFileSync(join(temp, 'stop-door.json'), JSON.stringify({ port: address.port, ingest: 'door' }));
    });

    after(() => {
      server.close();
      rmSync(temp, { recursive: true, force: true });
    });

    const beforeRequest = async (sessionID: string): Promise<void> => {
      const module: { SpendMeter: typeof SpendMeter } = await import(pathToFileURL(join(temp, 'bin', `${agent}.mjs`)).href);
      const hooks = await module.SpendMeter({ client: client(base) });
      await hooks['chat.params']({ sessionID });
    };

    it('asks for the root of the tree, and lets it go on', async () => {
      stopped = undefined;
      await beforeRequest('ses_grandchild');
      assert.equal(asked.at(-1), `${agent}:ses_root`);
    });

    it('a sub-agent of a stopped task sends nothing', async () => {
      stopped = `${agent}:ses_root`;
      await assert.rejects(beforeRequest('ses_grandchild'), /Over its budget\./);
    });

    it('lets everything go on when nobody answers', async () => {
      stopped = `${agent}:ses_root`;
      writeFileSync(join(temp, 'stop-door.json'), JSON.stringify({ port: 1, ingest: 'door' }));
      await beforeRequest('ses_grandchild');
    });
  });
}
