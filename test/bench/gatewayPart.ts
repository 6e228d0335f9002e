import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { serverOptions } from '../../src/gateway/options.ts';
import { createGateway } from '../../src/gateway/server.ts';
import { PromptReader } from '../../src/tokens/client.ts';
import { outputCounterFor } from '../../src/tokens/output.ts';
import { countersIn } from '../../src/tokens/tables.ts';

/**
 * One process of the gateway's benchmark: `provider`, `pipe <provider>`, or `gateway <provider> <tables>`. It tells its
 * port to its parent, and its CPU time (ms; of all threads, and of the one with the streams) whenever it is asked.
 */
const [role, provider = '', tables = ''] = process.argv.slice(2);

const deltas = 200;

function events(): Buffer[] {
  const event = (type: string, rest: object): Buffer =>
    Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`);
  const usage = { input_tokens: 12, cache_creation_input_tokens: 300, cache_read_input_tokens: 190_000, output_tokens: 1 };
  return [
    event('message_start', {
      message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [], usage },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: deltas }, (_, i) =>
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ` token${i}` } }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: deltas } }),
    event('message_stop', {}),
  ];
}

/** Answers with some 200 events, each in a write and a turn of the event loop of its own, as providers do. */
function providerServer(): http.Server {
  const all = events();
  return http.createServer((req, res) => {
    req.resume().on('end', () => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      let next = 0;
      const more = (): void => {
        if (res.destroyed) return;
        if (next === all.length) res.end();
        else if (res.write(all[next++])) setImmediate(more);
        else res.once('drain', more);
      };
      more();
    });
  });
}

/** The least that Node can do. */
function pipeServer(): http.Server {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const to = new URL(provider);
  return http.createServer((req, res) => {
    const onward = http.request(
      { host: to.hostname, port: to.port, method: req.method, path: req.url, headers: req.headers, agent },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.pipe(onward);
  });
}

/** Ours, with prompts counted in the real worker and output counted as it streams; the meter only listens. */
function gatewayServer(): http.Server {
  const reader = new PromptReader({
    workerUrl: new URL('../../src/service/promptWorker.ts', import.meta.url),
    folder: tables,
    key: 'bench',
  });
  const counters = countersIn(tables);
  let ids = 0;
  const gateway = createGateway({
    ingestToken: 'bench',
    upstreams: { anthropic: provider },
    meter: {
      open: () => ({ admission: () => undefined, cut: new AbortController().signal, called() {}, progress() {}, settle() {} }),
    },
    readPrompt: (job, signal) => reader.read(job, signal),
    identify: () => undefined,
    refusalStyle: () => 'json-402',
    outputCounter: (model) => outputCounterFor(counters, model ?? ''),
    problem: (what, error) => process.stderr.write(`${what}: ${String(error)}\n`),
    clock: Date.now,
    randomId: () => `${++ids}`,
    env: {},
  });
  return http.createServer(serverOptions, gateway.handle);
}

const server = role === 'provider' ? providerServer() : role === 'pipe' ? pipeServer() : gatewayServer();
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  const spent = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
  process.send?.({ cpu: spent(process.cpuUsage()), threadCpu: spent(process.threadCpuUsage()) });
});
process.on('disconnect', () => process.exit());
