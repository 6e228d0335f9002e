import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type {
  Call,
  Exchange,
  GatewayMeter,
  Incoming,
  Progress,
  Prompt,
  Refusal,
  Settlement,
} from '../../../src/gateway/meter.ts';
import { type GatewayOptions, serverOptions } from '../../../src/gateway/options.ts';
import type { PromptJob } from '../../../src/gateway/promptJob.ts';
import { createGateway } from '../../../src/gateway/server.ts';

export const secret = 'f00dfeedf00dfeedf00dfeedf00dfeed';

/** One exchange as the meter saw it. */
export class Seen implements Exchange {
  readonly incoming: Incoming;
  readonly prompt: Promise<Prompt>;
  readonly progresses: Progress[] = [];
  readonly calls: Call[] = [];
  readonly settlements: Settlement[] = [];
  readonly settled: Promise<Settlement>;
  readonly #cutter = new AbortController();
  readonly #rules: MeterRules;
  #resolve: (settlement: Settlement) => void = () => {};

  constructor(incoming: Incoming, prompt: Promise<Prompt>, rules: MeterRules) {
    this.incoming = incoming;
    this.prompt = prompt;
    this.#rules = rules;
    this.settled = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get cut(): AbortSignal {
    return this.#cutter.signal;
  }

  stop(message = 'Stopped: the budget of this task is spent.'): void {
    this.#cutter.abort({ reason: 'budget', message } satisfies Refusal);
  }

  admission(): undefined | Promise<Refusal | undefined> {
    return this.#rules.admission?.(this);
  }

  called(calls: readonly Call[]): void {
    this.calls.push(...calls);
  }

  progress(seen: Progress): void {
    this.progresses.push(seen);
    this.#rules.progress?.(this, seen);
  }

  settle(result: Settlement): void {
    this.settlements.push(result);
    this.#resolve(result);
  }
}

export interface MeterRules {
  admission?(exchange: Seen): undefined | Promise<Refusal | undefined>;
  progress?(exchange: Seen, seen: Progress): void;
}

export type Answer = (req: http.IncomingMessage, res: http.ServerResponse, body: Buffer) => void;

export interface Rig extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>/<secret>` */
  readonly base: string;
  readonly exchanges: Seen[];
  readonly jobs: PromptJob[];
  readonly problems: string[];
  /** What the provider was sent. */
  readonly received: { readonly req: http.IncomingMessage; readonly body: Buffer }[];
  readonly upstreamPort: number;
  dispose(graceMs: number): Promise<void>;
}

export const prompt: Prompt = {
  model: 'claude-sonnet-4-5',
  stream: true,
  kind: 'work',
  tokens: 1234,
  counted: 'exact',
  identity: { agent: 'other', task: 'other:test' },
};

/** A provider on the loopback that answers by script. */
export async function startProvider(
  answer: Answer,
  received: Rig['received'] = [],
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = http.createServer((req, res) => {
    buffer(req).then(
      (body) => {
        received.push({ req, body });
        answer(req, res, body);
      },
      () => res.destroy(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: portOf(server), [Symbol.asyncDispose]: () => close(server) };
}

/** A provider, a gateway before it, and a meter that remembers. */
export async function startRig(answer: Answer, rules: MeterRules = {}, options: Partial<GatewayOptions> = {}): Promise<Rig> {
  const received: Rig['received'] = [];
  const provider = await startProvider(answer, received);
  const exchanges: Seen[] = [];
  const jobs: PromptJob[] = [];
  const problems: string[] = [];
  const at = `http://127.0.0.1:${provider.port}`;
  const meter: GatewayMeter = {
    open(incoming, promised) {
      const seen = new Seen(incoming, promised, rules);
      exchanges.push(seen);
      return seen;
    },
  };
  let ids = 0;
  const gateway = createGateway({
    ingestToken: secret,
    upstreams: { anthropic: at, openai: `${at}/v1`, gemini: at },
    meter,
    readPrompt: async (job) => {
      jobs.push(job);
      return prompt;
    },
    identify: () => undefined,
    refusalStyle: () => 'json-402',
    outputCounter: wordCounter,
    problem: (what) => problems.push(what),
    clock: () => 1_700_000_000_000,
    randomId: () => `${++ids}`,
    env: {},
    ...options,
  });
  const server = http.createServer(serverOptions, gateway.handle).on('upgrade', gateway.upgrade);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const port = portOf(server);
  return {
    port,
    base: `http://127.0.0.1:${port}/${secret}`,
    exchanges,
    jobs,
    problems,
    received,
    upstreamPort: provider.port,
    dispose: gateway.dispose,
    async [Symbol.asyncDispose]() {
      await gateway.dispose(0);
      await close(server);
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** One token a word: easy to check. */
export function wordCounter(): { add(text: string): number } {
  let text = '';
  return {
    add(more) {
      text += more;
      return text.split(/\s+/).filter(Boolean).length;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The connection broke before the answer was whole. */
  readonly torn: boolean;
  readonly trailers: http.IncomingMessage['trailers'];
}

export interface Ask {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders | readonly string[];
  readonly body?: string | Buffer;
  /** Called with every piece of the answer. */
  readonly onData?: (soFar: Buffer, req: http.ClientRequest) => void;
}

/** Asks and reads the whole answer, whole or torn. Rejects where there is none. */
export async function ask(url: string, { method = 'POST', headers = {}, body, onData }: Ask = {}): Promise<Reply> {
  const req = http.request(url, { method, headers: headers as http.OutgoingHttpHeaders, agent: false });
  req.end(body);
  const [res] = (await once(req, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  res.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    onData?.(Buffer.concat(chunks), req);
  });
  res.on('error', () => {});
  await new Promise<void>((resolve) => res.once('close', resolve));
  const { statusCode = 0, rawHeaders, complete, trailers } = res;
  return { status: statusCode, headers: res.headers, rawHeaders, body: Buffer.concat(chunks), torn: !complete, trailers };
}

/** Sends bytes as they are and answers everything that comes back until the other side closes. */
export async function rawAsk(port: number, bytes: string | Buffer): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

export function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(server: http.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
