import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import type { Disposable } from '../../src/core/disposable.ts';
import { type JsonObject, object } from '../../src/core/usageOf/json.ts';
import { anthropicDialect } from './anthropic.ts';
import { type Answer, type Dialect, Issued } from './dialect.ts';
import { geminiDialect, geminiPath } from './gemini.ts';
import { openaiChatDialect } from './openaiChat.ts';
import { openaiResponsesDialect } from './openaiResponses.ts';
import type { Random } from './random.ts';
import { Reject, type Rejected, type Served } from './served.ts';
import { drawUsage, type Turn } from './turn.ts';

/** Between two pieces of an endless block (ms). */
const pace = 10;

export interface StandInOptions {
  readonly random: Random;
  /** The key that agents were given: it must arrive as it is. */
  readonly key: string;
  /** Side requests of this agent that offer tools. */
  readonly isSide?: (body: unknown) => boolean;
}

/**
 * A provider on loopback, as strict as the real ones, that speaks Anthropic Messages, OpenAI Chat Completions, OpenAI
 * Responses and Gemini, streamed and not. Work requests are answered by the scripted turns, in order; requests that offer no
 * tools (titles and the like), and those the agent is known to make beside its work, get a line of text. Everything served is kept.
 */
export class StandIn implements Disposable {
  readonly served: Served[] = [];
  readonly rejected: Rejected[] = [];
  /** Method and path of everything that is free: probes, models, counts. */
  readonly free: string[] = [];
  readonly #options: StandInOptions;
  readonly #server: Server;
  readonly #dialects: Readonly<Record<string, Dialect>>;
  readonly #gemini: Dialect;
  readonly #turns: Turn[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(options: StandInOptions) {
    this.#options = options;
    const issued = new Issued(options.random);
    this.#dialects = {
      '/v1/messages': anthropicDialect(issued),
      '/v1/chat/completions': openaiChatDialect(issued),
      '/v1/responses': openaiResponsesDialect(issued),
    };
    this.#gemini = geminiDialect(issued);
    this.#server = createServer((req, res) => {
      this.#handle(req, res).catch((error: unknown) => this.#failed(req, res, error));
    });
    // Real providers speak no WebSocket below these paths; 426 sends a client to HTTP.
    this.#server.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n'));
  }

  /** Listens; answers the address, without a path. */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('no address');
    return `http://127.0.0.1:${address.port}`;
  }

  /** What the next work requests are answered with. Turns of before that were not asked for are forgotten. */
  script(...turns: readonly Turn[]): void {
    this.#turns.splice(0, this.#turns.length, ...turns);
  }

  /** Turns that nobody has asked for yet. */
  get left(): number {
    return this.#turns.length;
  }

  /** Settles when `condition` holds; looked at again at every change here. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.add(resolve));
  }

  dispose(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #changed(): void {
    const all = [...this.#watchers];
    this.#watchers.clear();
    for (const look of all) look();
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? '/').replace(/\?.*/, '');
    const gemini = geminiPath(path);
    // Gemini names the model, and whether the answer is streamed, in its path only.
    const body = { ...object(parsed(await whole(req))), ...gemini };
    const dialect = req.method === 'POST' ? (gemini ? this.#gemini : this.#dialects[path]) : undefined;
    if (!dialect) {
      this.free.push(`${req.method} ${path}`);
      answerFree(req, res, path, body);
      return;
    }
    const requestId = `req_${this.#options.random.id(24)}`;
    res.setHeader(dialect.family === 'anthropic' ? 'request-id' : 'x-request-id', requestId);
    try {
      this.#checkKey(req);
      dialect.check(body);
    } catch (error) {
      if (!(error instanceof Reject)) throw error;
      this.rejected.push({ status: error.status, message: error.message, path, body });
      json(res, error.status, dialect.error(error.status, error.message));
      this.#changed();
      return;
    }
    await this.#serve(req, res, dialect, body, requestId);
  }

  #checkKey(req: IncomingMessage): void {
    const sent = req.headers['x-api-key'] ?? req.headers['x-goog-api-key'] ?? req.headers.authorization?.replace(/^Bearer /, '');
    if (sent !== this.#options.key) throw new Reject('invalid x-api-key', 401);
  }

  async #serve(req: IncomingMessage, res: ServerResponse, dialect: Dialect, body: JsonObject, requestId: string): Promise<void> {
    const side = !dialect.offersTools(body) || this.#options.isSide?.(body) === true;
    const turn = side ? this.#sideTurn(dialect) : this.#turns.shift();
    if (!turn) throw new Error('a request came that the script has no turn for');
    const answer: Answer = { id: dialect.newId(), model: String(body.model), turn, body, at: Date.now() };
    const served: Served = {
      id: answer.id,
      requestId,
      protocol: dialect.protocol,
      model: answer.model,
      side,
      streamed: body.stream === true,
      usage: turn.usage,
      headers: flat(req),
      body,
      at: answer.at,
      events: 0,
      bytes: 0,
      written: '',
      whole: false,
    };
    this.served.push(served);
    res.once('close', () => {
      if (!served.whole) served.left = Date.now();
      this.#changed();
    });
    this.#changed();
    await turn.hold;
    if (res.destroyed) return;
    if (served.streamed) await stream(res, dialect, answer, served);
    else {
      const bytes = json(res, 200, dialect.whole(answer));
      served.bytes = bytes;
      served.whole = true;
    }
    this.#changed();
  }

  #sideTurn(dialect: Dialect): Turn {
    const { random } = this.#options;
    return { blocks: [{ kind: 'text', text: 'A scripted run' }], usage: drawUsage(random, dialect.family, false) };
  }

  #failed(req: IncomingMessage, res: ServerResponse, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.rejected.push({ status: 400, message: `the stand-in: ${message}`, path: req.url ?? '', body: undefined });
    this.#changed();
    if (res.headersSent) res.destroy();
    else json(res, 400, { type: 'error', error: { type: 'invalid_request_error', message } });
  }
}

async function stream(res: ServerResponse, dialect: Dialect, answer: Answer, served: Served): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const { endless } = answer.turn;
  let piecesSent = 0;
  for (const sent of dialect.stream(answer)) {
    if (sent.piece && piecesSent++ === endless?.after) {
      endless.reached();
      await Promise.race([endless.goOn, new Promise((resolve) => res.once('close', resolve))]);
    }
    if (res.destroyed) return;
    res.write(sent.sse);
    served.events++;
    served.bytes += Buffer.byteLength(sent.sse);
    served.written += sent.written ?? '';
    await (sent.piece ? wait(pace) : nextTurn());
  }
  served.whole = true;
  res.end();
}

function answerFree(req: IncomingMessage, res: ServerResponse, path: string, body: JsonObject): void {
  if (req.method === 'HEAD') res.writeHead(200).end();
  else if (path === '/v1/messages/count_tokens') json(res, 200, { input_tokens: Math.ceil(JSON.stringify(body).length / 4) });
  else if (path === '/v1/models') json(res, 200, { object: 'list', data: [], models: [], has_more: false });
  else json(res, 404, { type: 'error', error: { type: 'not_found_error', message: `no ${req.method} ${path} here` } });
}

function json(res: ServerResponse, status: number, data: object): number {
  const bytes = Buffer.from(JSON.stringify(data));
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
  return bytes.length;
}

async function whole(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  return req.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(bytes) : bytes;
}

function parsed(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return {};
  }
}

function flat(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
}
