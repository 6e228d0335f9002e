import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { writeTokenTables } from '../../../scripts/tokenTables.mjs';
import type { Disposable } from '../../../src/core/disposable.ts';
import { type RequestRow, requestSchema, type TaskRow, taskSchema } from '../../../src/protocol/rows.ts';
import { type BudgetAlert, type State, stateSchema } from '../../../src/protocol/state.ts';
import { Service } from '../../../src/service/service.ts';

const src = (path: string): URL => new URL(`../../../src/${path}`, import.meta.url);
export const secrets = { ingest: 'a'.repeat(32), control: 'b'.repeat(64), hash: 'c'.repeat(64) };
export const model = 'claude-sonnet-4-5-20250929';

/** One answer of the provider: written when the test says so. */
export interface Answering {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Opens an Anthropic stream. */
  start(usage: object, id?: string, as?: string): void;
  text(text: string): void;
  end(output: number): void;
}

/** A service in this process, on a home and ledger of its own, with a provider on loopback that a test plays by hand. */
export class Rig implements Disposable {
  readonly home: string;
  readonly ledgerPath: string;
  readonly service: Service;
  readonly #temp: string;
  readonly #provider: ReturnType<typeof createServer>;
  readonly #waiting: Answering[] = [];
  readonly #takers: ((answering: Answering) => void)[] = [];
  /** Requests that reached the provider. */
  asked = 0;
  /** Times the service was asked to end. */
  quits = 0;

  private constructor(temp: string, service: Service, provider: ReturnType<typeof createServer>) {
    this.#temp = temp;
    this.home = join(temp, 'home');
    this.ledgerPath = join(temp, 'ledger.db');
    this.service = service;
    this.#provider = provider;
  }

  static async start(options: { readonly patience?: number } = {}): Promise<Rig> {
    const temp = mkdtempSync(join(tmpdir(), 'spend-meter-rig-'));
    mkdirSync(join(temp, 'home'));
    const tables = fileURLToPath(new URL('../../../dist/tokens', import.meta.url));
    await writeTokenTables(tables);
    let rig: Rig | undefined;
    const provider = createServer((req, res) => rig?.take(req, res));
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const address = provider.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const service = await Service.start({
      version: '1.0.0',
      assets: { promptWorker: src('service/promptWorker.ts'), sessionWorker: src('sessions/worker.ts'), tables },
      ledgerPath: join(temp, 'ledger.db'),
      lastPortPath: join(temp, 'last-port'),
      secrets,
      places: { home: join(temp, 'home'), env: {}, platform: process.platform },
      upstreams: { anthropic: url, openai: `${url}/v1` },
      zone: 'UTC',
      now: Date.now,
      random: Math.random,
      log: { info: () => {}, warn: () => {} },
      used: () => {},
      quit: () => {
        if (rig) rig.quits++;
      },
      // A sample run without pauses.
      samplePace: 0,
      ...options,
    });
    rig = new Rig(temp, service, provider);
    return rig;
  }

  async dispose(): Promise<void> {
    this.#provider.closeAllConnections();
    this.#provider.close();
    await this.service.dispose();
    rmSync(this.#temp, { recursive: true, force: true });
  }

  take(req: IncomingMessage, res: ServerResponse): void {
    this.asked++;
    req.resume();
    req.on('end', () => {
      const answering = answer(req, res);
      const taker = this.#takers.shift();
      if (taker) taker(answering);
      else this.#waiting.push(answering);
    });
  }

  /** The next request at the provider. */
  provider(): Promise<Answering> {
    const waiting = this.#waiting.shift();
    return waiting ? Promise.resolve(waiting) : new Promise((resolve) => this.#takers.push(resolve));
  }

  /** A request of Claude Code's. */
  ask(
    session: string,
    options: {
      headers?: Record<string, string>;
      text?: string;
      signal?: AbortSignal;
      model?: string;
      history?: readonly object[];
    } = {},
  ): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.service.port}/${secrets.ingest}/anthropic/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': 'sk-dummy',
        'user-agent': 'claude-cli/2.1.330 (external, cli)',
        'x-claude-code-session-id': session,
        ...options.headers,
      },
      body: JSON.stringify({
        model: options.model ?? model,
        max_tokens: 1_000,
        stream: true,
        system: 'You work in this folder.',
        tools: [
          {
            name: 'Bash',
            description: 'Runs a command',
            input_schema: { type: 'object', properties: { command: { type: 'string' } } },
          },
        ],
        messages: [{ role: 'user', content: options.text ?? 'word '.repeat(1_000) }, ...(options.history ?? [])],
      }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }

  /** A request of Codex's. */
  askCodex(thread: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.service.port}/${secrets.ingest}/openai/v1/responses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-dummy',
        originator: 'codex_exec',
        'user-agent': 'codex_exec/0.160.0',
        'session-id': thread,
        'thread-id': thread,
      },
      body: JSON.stringify({
        model: 'gpt-5.5',
        stream: true,
        instructions: 'You work in this folder.',
        input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'word '.repeat(1_000) }] }],
      }),
    });
  }

  api(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.service.port}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${secrets.control}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  async state(): Promise<State> {
    return stateSchema.parse(await (await this.api('GET', '/state')).json());
  }

  async budgetAlerts(): Promise<BudgetAlert[]> {
    return (await this.state()).alerts.filter((alert): alert is BudgetAlert => alert.kind !== 'runaway');
  }

  async tasks(): Promise<TaskRow[]> {
    return z.array(taskSchema).parse(await (await this.api('GET', '/tasks')).json());
  }

  async requests(task?: string): Promise<RequestRow[]> {
    const query = task ? `?task=${encodeURIComponent(task)}` : '';
    return z.array(requestSchema).parse(await (await this.api('GET', `/requests${query}`)).json());
  }

  /** Looks until there is something. */
  async until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    for (const end = Date.now() + 10_000; Date.now() < end; await wait(10)) {
      const found = await look();
      if (found) return found;
    }
    throw new Error(`never: ${what}`);
  }
}

function answer(req: IncomingMessage, res: ServerResponse): Answering {
  const event = (type: string, data: object): void => {
    res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  return {
    req,
    res,
    start(usage, id = `msg_01${randomBytes(12).toString('hex')}`, as = model) {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      event('message_start', {
        message: { id, type: 'message', role: 'assistant', model: as, content: [], usage: { output_tokens: 1, ...usage } },
      });
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    },
    text(text) {
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
    },
    end(output) {
      event('content_block_stop', { index: 0 });
      event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: output } });
      event('message_stop', {});
      res.end();
    },
  };
}
