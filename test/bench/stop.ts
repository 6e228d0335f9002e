import { once } from 'node:events';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { type Answer, startProvider, startRig } from '../unit/gateway/rig.ts';
import type { BenchRow } from './ledger.ts';

const stops = 200;
const warmUps = 20;
const path = 'v1/messages';
const event = `event: content_block_delta\ndata: ${JSON.stringify({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: ' on' },
})}\n\n`;

/** A provider that writes a piece every 5 ms for ever, and tells when its client has left. */
function endless(left: (at: number) => void): Answer {
  return (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => res.write(event), 5);
    res.once('close', () => {
      clearInterval(timer);
      left(performance.now());
    });
  };
}

/** Milliseconds from `leave` to the moment at which the provider sees that nobody listens any more. */
async function measure(url: string, leave: (req: http.ClientRequest) => void, closed: () => Promise<number>): Promise<number> {
  const req = http.request(url, { method: 'POST', agent: false });
  req.on('error', () => {}).end('{}');
  const [res] = (await once(req, 'response')) as [http.IncomingMessage];
  res.on('error', () => {}).resume();
  await once(res, 'data');
  const ended = closed();
  const from = performance.now();
  leave(req);
  const took = (await ended) - from;
  req.destroy();
  return took;
}

/** Stop, as the meter tells the gateway, against a client that hangs up on its provider by itself. */
export async function bench(): Promise<{ readonly name: string; readonly rows: readonly BenchRow[] }> {
  let told: (at: number) => void = () => {};
  const closed = (): Promise<number> => new Promise((resolve) => (told = resolve));
  const answer = endless((at) => told(at));
  await using rig = await startRig(answer);
  await using provider = await startProvider(answer);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < warmUps + stops; i++) {
    const stop = await measure(`${rig.base}/anthropic/${path}`, () => rig.exchanges.at(-1)?.stop(), closed);
    const hangUp = await measure(`http://127.0.0.1:${provider.port}/${path}`, (req) => req.destroy(), closed);
    if (i < warmUps) continue;
    ours.push(stop);
    bare.push(hangUp);
  }
  const at = (all: readonly number[], share: number): number =>
    [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0;
  const row = (what: string, share: number): BenchRow => {
    const [value, baseline] = [at(ours, share), at(bare, share)];
    return {
      label: `until the provider’s connection is closed, against hanging up, ${what}`,
      value,
      unit: 'ms',
      baseline,
      ratio: value / baseline,
    };
  };
  return { name: 'Stop', rows: [row('median', 0.5), row('worst of 200', 1)] };
}
