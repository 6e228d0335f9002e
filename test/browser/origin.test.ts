import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { findChromium, launchChromium, noChromium } from '../../scripts/host/chromium.mjs';
import { Rig, secrets } from '../unit/service/rig.ts';

/** A page of another origin on this machine, in a real browser, that knows every address and the gateway's secret. */
describe('a web page of another origin', function () {
  this.timeout(60_000);

  it('gets nothing out of the gateway or the control API, and nothing in', async function () {
    if (!findChromium()) {
      console.warn(`    SKIPPED: ${noChromium}`);
      this.skip();
    }
    const rig = await Rig.start();
    const pages = createServer((_req, res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>elsewhere</title>'),
    );
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const address = pages.address();
    const elsewhere = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(elsewhere);
      const meter = `http://127.0.0.1:${rig.service.port}`;
      const got = await page.evaluate(
        async ({ gateway, api, control }) => {
          const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
          const read = async (url: string, init?: RequestInit): Promise<string> => {
            try {
              const answer = await fetch(url, init);
              return `${answer.type} ${await answer.text()}`;
            } catch {
              return 'refused';
            }
          };
          const opened = (make: () => WebSocket | EventSource): Promise<string> =>
            new Promise((resolve) => {
              const channel = make();
              channel.onopen = () => resolve('open');
              channel.onerror = () => resolve('refused');
            });
          /** What a frame shows after a form was sent to it, as far as the page may look. */
          const submitted = (action: string): Promise<string> =>
            new Promise((resolve) => {
              const frame = document.createElement('iframe');
              frame.name = `frame${document.querySelectorAll('iframe').length}`;
              document.body.append(frame);
              const form = document.body.appendChild(document.createElement('form'));
              Object.assign(form, { method: 'post', action, target: frame.name, enctype: 'text/plain' });
              const field = form.appendChild(document.createElement('input'));
              Object.assign(field, { name: body, value: '' });
              frame.onload = () => {
                // The empty frame loads first.
                if (frame.contentDocument?.URL !== 'about:blank') resolve(frame.contentDocument?.body.textContent ?? 'hidden');
              };
              form.submit();
            });
          return {
            post: await read(gateway, { method: 'POST', body, headers: { 'content-type': 'text/plain' } }),
            blind: await read(gateway, { method: 'POST', body, mode: 'no-cors' }),
            form: await submitted(gateway),
            formQuit: await submitted(`${api}/quit`),
            beacon: navigator.sendBeacon(gateway, body),
            state: await read(`${api}/state`, { headers: { authorization: `Bearer ${control}` } }),
            stop: await read(`${api}/quit`, { method: 'POST', mode: 'no-cors', body: '{}' }),
            socket: await opened(() => new WebSocket(gateway.replace('http', 'ws'))),
            events: await opened(() => new EventSource(`${api}/events`)),
          };
        },
        { gateway: `${meter}/${secrets.ingest}/anthropic/v1/messages`, api: `${meter}/api`, control: secrets.control },
      );
      // A blind request may be sent, but is turned away before it is read, and its answer is empty to the page.
      assert.deepEqual(got, {
        post: 'refused',
        blind: 'opaque ',
        form: 'hidden',
        formQuit: 'hidden',
        beacon: true,
        state: 'refused',
        stop: 'opaque ',
        socket: 'refused',
        events: 'refused',
      });
      assert.deepEqual([rig.asked, rig.quits], [0, 0]);
      assert.deepEqual(await rig.requests(), []);
      assert.equal((await rig.api('GET', '/health')).status, 200);
    } finally {
      await browser.close();
      pages.close();
      await rig.dispose();
    }
  });
});
