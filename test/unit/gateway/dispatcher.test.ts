import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { ask, portOf, startRig } from './rig.ts';

describe('connections to providers', () => {
  /** A proxy that notes what it is asked for and lets nobody through. */
  async function withProxy(test: (url: string, asked: readonly string[]) => Promise<void>): Promise<void> {
    const asked: string[] = [];
    const proxy = http.createServer((req, res) => {
      asked.push(`${req.method} ${req.url}`);
      res.writeHead(503).end();
    });
    proxy.on('connect', (req, socket) => {
      asked.push(`CONNECT ${req.url}`);
      socket.end('HTTP/1.1 503 No\r\n\r\n');
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    try {
      await test(`http://127.0.0.1:${portOf(proxy)}`, asked);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  }

  const upstreams = { anthropic: 'https://provider.invalid' };

  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY']) {
    it(`go through the proxy of ${name}`, async () => {
      await withProxy(async (url, asked) => {
        await using rig = await startRig((_req, res) => res.end(), {}, { upstreams, env: { [name]: url } });
        const reply = await ask(`${rig.base}/anthropic/v1/messages`, { headers: { 'x-api-key': 'sk-secret' }, body: '{}' });
        assert.equal(reply.status, 502);
        assert.deepEqual(asked, ['CONNECT provider.invalid:443']);
      });
    });
  }

  it('go past the proxy to hosts of NO_PROXY', async () => {
    await withProxy(async (url, asked) => {
      await using rig = await startRig(
        (_req, res) => res.end(),
        {},
        { upstreams, env: { HTTPS_PROXY: url, NO_PROXY: 'provider.invalid' } },
      );
      await ask(`${rig.base}/anthropic/v1/messages`, { body: '{}' });
      assert.deepEqual(asked, []);
    });
  });

  it('never go through a proxy to the loopback', async () => {
    await withProxy(async (url, asked) => {
      await using rig = await startRig((_req, res) => res.end('{}'), {}, { env: { HTTP_PROXY: url, HTTPS_PROXY: url } });
      assert.equal((await ask(`${rig.base}/anthropic/v1/messages`, { body: '{}' })).status, 200);
      assert.deepEqual(asked, []);
    });
  });
});
