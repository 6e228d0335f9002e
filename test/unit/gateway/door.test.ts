import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { ask, type Rig, rawAsk, secret, startProvider, startRig } from './rig.ts';

const ok = '{"ok":true}';

/** A request as bytes; the body is announced and never sent, so that an answer proves that nobody waited for it. */
function head(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}content-length: 1000\r\n\r\n`;
}

describe('the door of the gateway', () => {
  let rig: Rig;
  before(async () => {
    rig = await startRig((_req, res) => res.setHeader('content-type', 'application/json').end(ok));
  });
  after(() => rig[Symbol.asyncDispose]());

  const path = `/${secret}/anthropic/v1/messages`;
  const own = (): string => `127.0.0.1:${rig.port}`;

  const turnedAway: readonly [what: string, path: () => string, headers: () => Record<string, string>, status: number][] = [
    ['no secret', () => '/anthropic/v1/messages', () => ({ host: own() }), 403],
    ['a wrong secret', () => `/${secret.replace('f', 'e')}/anthropic/v1/messages`, () => ({ host: own() }), 403],
    ['a longer secret', () => `/${secret}0/anthropic/v1/messages`, () => ({ host: own() }), 403],
    ['an unknown upstream', () => `/${secret}/nobody/v1/messages`, () => ({ host: own() }), 404],
    ['a foreign host', () => path, () => ({ host: 'evil.example' }), 403],
    ['a foreign host on our port', () => path, () => ({ host: `evil.example:${rig.port}` }), 403],
    ['our host on another port', () => path, () => ({ host: '127.0.0.1:1' }), 403],
    ['our host without a port', () => path, () => ({ host: '127.0.0.1' }), 403],
    ['a foreign origin', () => path, () => ({ host: own(), origin: 'https://evil.example' }), 403],
    ['a page of another local port', () => path, () => ({ host: own(), origin: 'http://127.0.0.1:3000' }), 403],
    ['an opaque origin', () => path, () => ({ host: own(), origin: 'null' }), 403],
    ['a cross-site fetch', () => path, () => ({ host: own(), 'sec-fetch-site': 'cross-site' }), 403],
    ['a same-site fetch', () => path, () => ({ host: own(), 'sec-fetch-site': 'same-site' }), 403],
  ];
  for (const [what, where, headers, status] of turnedAway) {
    it(`turns away ${what} before the body is read`, async () => {
      const answer = await rawAsk(rig.port, head(where(), headers()));
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.doesNotMatch(answer, /access-control/i);
      assert.equal(rig.received.length, 0);
      assert.equal(rig.exchanges.length, 0);
    });
  }

  it('answers no preflight with permission', async () => {
    const answer = await rawAsk(
      rig.port,
      `OPTIONS ${path} HTTP/1.1\r\nhost: ${own()}\r\norigin: https://evil.example\r\naccess-control-request-method: POST\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 403 /);
    assert.doesNotMatch(answer, /access-control/i);
  });

  it('lets in the three names of the loopback, in any case', async () => {
    for (const host of [own(), `localhost:${rig.port}`, `LocalHost:${rig.port}`, `[::1]:${rig.port}`]) {
      const answer = await rawAsk(
        rig.port,
        `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`,
      );
      assert.match(answer, /^HTTP\/1\.1 200 OK/);
    }
  });

  it('lets in fetch from a program, which says cors but no site', async () => {
    const response = await fetch(`${rig.base}/anthropic/v1/messages`, { method: 'POST', body: '{}' });
    assert.equal(await response.text(), ok);
  });

  it('answers a WebSocket upgrade with 426 and a clean close', async () => {
    const upgrade = (where: string, extra = ''): string =>
      `GET ${where} HTTP/1.1\r\nhost: ${own()}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: eA==\r\n${extra}\r\n`;
    const answer = await rawAsk(rig.port, upgrade(`/${secret}/openai/v1/responses`));
    assert.match(answer, /^HTTP\/1\.1 426 Upgrade Required\r\n/);
    assert.match(answer, /connection: close/);
    assert.match(await rawAsk(rig.port, upgrade('/wrong/openai/v1/responses')), /^HTTP\/1\.1 403 /);
    assert.match(
      await rawAsk(rig.port, upgrade(`/${secret}/openai/v1/responses`, 'origin: https://evil.example\r\n')),
      /^HTTP\/1\.1 403 /,
    );
  });

  it('refuses a body that announces more than the limit, and tells the meter nothing', async () => {
    await using small = await startRig((_req, res) => res.end(), {}, { limits: { maxBody: 500 } });
    const answer = await rawAsk(small.port, head(path, { host: `127.0.0.1:${small.port}` }));
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.equal(small.exchanges.length, 0);
  });

  it('refuses a body that grows beyond the limit, and sends nothing on', async () => {
    await using small = await startRig((_req, res) => res.end(), {}, { limits: { maxBody: 500 } });
    const chunk = `${(400).toString(16)}\r\n${'x'.repeat(400)}\r\n`;
    const answer = await rawAsk(
      small.port,
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${small.port}\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.equal(small.received.length, 0);
    assert.equal((await small.exchanges[0]?.settled)?.outcome, 'refused');
    assert.match((await small.exchanges[0]?.prompt)?.problem ?? '', /did not come/);
  });

  it('sends a ChatGPT login on openai to the ChatGPT backend', async () => {
    const seen: string[] = [];
    await using backend = await startProvider((req, res) => {
      seen.push(`${req.url} ${req.headers['chatgpt-account-id']}`);
      res.end();
    });
    await using mine = await startRig(
      (_req, res) => res.end(),
      {},
      {
        upstreams: { openai: 'http://127.0.0.1:9', chatgpt: `http://127.0.0.1:${backend.port}/backend-api/codex` },
      },
    );
    await ask(`${mine.base}/openai/v1/responses`, {
      headers: { authorization: 'Bearer eyJ', 'chatgpt-account-id': 'acc' },
      body: '{}',
    });
    assert.deepEqual(seen, ['/backend-api/codex/responses acc']);
    assert.equal(mine.exchanges[0]?.incoming.upstream, 'chatgpt');
    assert.equal(mine.exchanges[0]?.incoming.billing, 'plan');
  });

  it('says so where a provider cannot be reached', async () => {
    const dead = net.createServer().listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const { port } = dead.address() as net.AddressInfo;
    await new Promise((resolve) => dead.close(resolve));
    await using mine = await startRig((_req, res) => res.end(), {}, { upstreams: { anthropic: `http://127.0.0.1:${port}` } });
    const reply = await ask(`${mine.base}/anthropic/v1/messages`, { body: '{}' });
    assert.equal(reply.status, 502);
    assert.match(JSON.parse(reply.body.toString()).error.message, /could not reach 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    assert.equal((await mine.exchanges[0]?.settled)?.outcome, 'error');
  });
});
