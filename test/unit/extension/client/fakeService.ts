/**
 * Plays the service for the client's tests: one at a time by a lock file, found through discovery, answering health,
 * events and a few calls. What it does besides is asked of it by `POST /api/fake/<what>`, or by files in its folder.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { someState } from './someState.ts';

const version = process.env.FAKE_VERSION ?? '1.0.0';
const token = 'control-token-of-the-fake';

if (existsSync('exit-code')) process.exit(Number(readFileSync('exit-code', 'utf8')));
if (!elected()) process.exit(3);

const streams = new Set<ServerResponse>();
const claimed = new Set<string>();
const state = someState({ version });

const server = createServer((req, res) => {
  const path = req.url?.replace('/api/', '') ?? '';
  if (req.headers.authorization !== `Bearer ${token}`) return answer(res, 401, { error: 'no token' });
  if (path === 'health') return answer(res, 200, { name: 'spend-meter', version, pid: process.pid, guard: false });
  if (path === 'events') {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.add(res);
    res.on('close', () => streams.delete(res));
    res.write(`event: state\ndata: ${JSON.stringify(state)}\n\n`);
    return;
  }
  if (path === 'quit') {
    answer(res, 200, {});
    res.on('close', () => end());
    return;
  }
  if (path === 'fake/hang') {
    answer(res, 200, {});
    res.on('close', () => process.kill(process.pid, 'SIGSTOP'));
    return;
  }
  if (path === 'fake/nonsense') {
    for (const stream of streams) {
      stream.write('event: state\ndata: {"version":1}\n\nevent: state\ndata: not json\n\n');
      stream.write(`event: state\ndata: ${JSON.stringify({ ...state, pricesAsOf: '2030-01-01' })}\n\n`);
    }
    return answer(res, 200, {});
  }
  const claim = /^alerts\/(.+)\/claim$/.exec(path)?.[1];
  if (claim !== undefined) {
    const id = decodeURIComponent(claim);
    if (claimed.has(id)) return answer(res, 409, { error: 'another window shows it' });
    claimed.add(id);
    return answer(res, 200, {});
  }
  const stopped = /^tasks\/(.+)\/stop$/.exec(path)?.[1];
  if (stopped !== undefined)
    return answer(res, 200, { task: decodeURIComponent(stopped), state: 'stopped', cutRequests: 1, usd: '0.5' });
  if (path === 'quote') return answer(res, 200, { quotes: 'none' });
  return answer(res, 404, { error: `no such call: ${path}` });
});

setInterval(() => {
  for (const stream of streams) stream.write(': \n\n');
}, 20);
process.stdin.on('end', () => {
  if (!existsSync('guard-on')) end();
});
process.stdin.resume();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const discovery = { pid: process.pid, port, version, startedAt: Date.now(), controlToken: token, ingestToken: 'ingest' };
  writeFileSync('discovery.tmp', JSON.stringify(discovery), { mode: 0o600 });
  renameSync('discovery.tmp', 'discovery.json');
});

function end(): void {
  rmSync('discovery.json', { force: true });
  rmSync('lock', { force: true });
  process.exit(0);
}

/** Good enough for tests that start one candidate after another: the real election is tested with the service. */
function elected(): boolean {
  try {
    process.kill(Number(readFileSync('lock', 'utf8')), 0);
    return false;
  } catch {
    writeFileSync('lock', String(process.pid));
    return true;
  }
}

function answer(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
