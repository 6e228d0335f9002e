import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAll } from '../../../esbuild.mjs';

type Ask = (input: { sessionID: string }) => Promise<void>;

describe('the server plugin of OpenCode and Kilo Code 7', function () {
  this.timeout(60_000);
  const parents: Record<string, string> = { ses_child: 'ses_middle', ses_middle: 'ses_root' };
  const asked: string[] = [];
  let temp: string;
  let server: Server;

  before(async () => {
    temp = mkdtempSync(join(tmpdir(), 'spend-meter-plugin-'));
    await buildAll({ dist: join(temp, 'dist'), production: true });
    mkdirSync(join(temp, 'state', 'bin'), { recursive: true });
    for (const agent of ['opencode', 'kilo'])
      copyFileSync(join(temp, 'dist', 'serverPlugin.js'), join(temp, 'state', 'bin', `${agent}-plugin.mjs`));
    server = createServer((req, res) => {
      asked.push(decodeURIComponent(req.url ?? ''));
      const isStopped = asked.at(-1)?.endsWith(':ses_root');
      if (isStopped) res.writeHead(200, { 'content-length': 15 }).end('stopped by hand');
      else res.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    writeFileSync(join(temp, 'state', 'stop-door.json'), JSON.stringify({ port, ingest: 'a' }));
  });

  after(() => {
    server.close();
    rmSync(temp, { recursive: true, force: true });
  });

  beforeEach(() => asked.splice(0));

  const open = async (agent: string): Promise<Ask> => {
    const { SpendMeter } = (await import(pathToFileURL(join(temp, 'state', 'bin', `${agent}-plugin.mjs`)).href)) as {
      SpendMeter: (input: object) => Promise<{ 'chat.params': Ask }>;
    };
    const get = async ({ path: { id } }: { path: { id: string } }) => {
      if (!id.startsWith('ses_')) throw new Error('not a session');
      return { data: { parentID: parents[id] } };
    };
    return (await SpendMeter({ client: { session: { get } } }))['chat.params'];
  };

  it('keeps a request of a stopped task from being sent, its sub-agents’ and its title’s too, and no other', async () => {
    for (const agent of ['opencode', 'kilo']) {
      const ask = await open(agent);
      for (const sessionID of ['ses_root', 'ses_child', 'title-ses_root'])
        await assert.rejects(ask({ sessionID }), /^Error: stopped by hand$/);
      await ask({ sessionID: 'ses_other' });
      assert.deepEqual(asked.splice(0), [
        ...new Array<string>(3).fill(`/a/is-stopped/${agent}:ses_root`),
        `/a/is-stopped/${agent}:ses_other`,
      ]);
    }
  });

  it('lets everything go on when the service is gone', async () => {
    const ask = await open('kilo');
    server.close();
    server.closeAllConnections();
    await ask({ sessionID: 'ses_root' });
    rmSync(join(temp, 'state', 'stop-door.json'));
    await ask({ sessionID: 'ses_root' });
  });
});
