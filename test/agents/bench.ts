import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { sourceBits } from '../../src/ledger/record.ts';
import { type RequestRow, requestSchema, type TaskRow, taskSchema } from '../../src/protocol/rows.ts';
import { type State, stateSchema } from '../../src/protocol/state.ts';
import { Random } from '../standIn/random.ts';
import { StandIn } from '../standIn/standIn.ts';
import type { Cli, Run } from './clis.ts';

const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const readySchema = z.object({
  baseUrls: z.record(z.string(), z.string()),
  otlp: z.string(),
  api: z.string(),
  controlToken: z.string(),
});
/** Nothing that an agent asks of the outside leaves this machine: its proxy refuses. */
const refusingProxy = 'http://127.0.0.1:9';
export const key = 'sk-dummy-0123456789';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** One agent, a home of its own, a meter (`spend-meter serve`) that reads that home, and a stand-in provider behind it. */
export class Bench {
  readonly random: Random;
  readonly standIn: StandIn;
  readonly workspace: string;
  readonly #cli: Cli;
  readonly #temp: string;
  readonly #url: string;
  #service: ChildProcess;
  #ready: z.infer<typeof readySchema>;
  #isSetUp = false;

  private constructor(
    cli: Cli,
    parts: {
      random: Random;
      standIn: StandIn;
      temp: string;
      url: string;
      service: ChildProcess;
      ready: z.infer<typeof readySchema>;
    },
  ) {
    this.#cli = cli;
    this.random = parts.random;
    this.standIn = parts.standIn;
    this.#temp = parts.temp;
    this.workspace = join(parts.temp, 'work');
    this.#url = parts.url;
    this.#service = parts.service;
    this.#ready = parts.ready;
  }

  /** Where the agent's own files lie. */
  get home(): string {
    return join(this.#temp, 'home');
  }

  /** The provider's own addresses, as an agent would have them that the meter is not in the way of. */
  get providers(): Readonly<Record<string, string>> {
    return { anthropic: this.#url, openai: `${this.#url}/v1`, gemini: this.#url };
  }

  static async start(cli: Cli): Promise<Bench> {
    const random = new Random();
    console.log(`      seed ${random.seed}`);
    const standIn = new StandIn({ random, key, ...(cli.isSide ? { isSide: cli.isSide } : {}) });
    const url = await standIn.start();
    const temp = mkdtempSync(join(tmpdir(), 'spend-meter-agent-'));
    for (const name of ['home', 'work', 'data']) mkdirSync(join(temp, name));
    for (const [name, text] of Object.entries(cli.settings ?? {})) {
      const file = join(temp, 'home', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const { service, ready } = await serve(temp, url);
    return new Bench(cli, { random, standIn, temp, url, service, ready });
  }

  /** Kills the service as the kernel would. */
  async kill(): Promise<void> {
    this.#service.kill('SIGKILL');
    await once(this.#service, 'exit');
  }

  /** Kills the service, and starts it again on its data and port. */
  async killAndRestart(): Promise<void> {
    await this.kill();
    const { service, ready } = await serve(this.#temp, this.#url, new URL(this.#ready.api).port);
    this.#service = service;
    this.#ready = ready;
  }

  /** Where the meter takes telemetry. */
  get otlp(): string {
    return this.#ready.otlp;
  }

  async stop(): Promise<void> {
    this.standIn.dispose();
    if (this.#service.exitCode === null && this.#service.signalCode === null) {
      this.#service.kill('SIGTERM');
      await once(this.#service, 'exit');
    }
    rmSync(this.#temp, { recursive: true, force: true });
  }

  /** Starts the agent's program; answers how it ended once it has, by itself. */
  async run(run: Run): Promise<Ended> {
    const { baseUrls } = this.#ready;
    if (this.#cli.setUp && !this.#isSetUp) {
      this.#isSetUp = true;
      const { code, output } = await this.#start(this.#cli.setUp({ baseUrls }));
      assert.equal(code, 0, output);
    }
    return this.#start(this.#cli.command(run, { baseUrls, cliPath }));
  }

  /** Runs the meter's own program on the same home. */
  spendMeter(...args: readonly string[]): Promise<Ended> {
    return this.#start({ argv: [process.execPath, cliPath, ...args], env: {} });
  }

  #start({ argv, env }: ReturnType<Cli['command']>): Promise<Ended> {
    const home = join(this.#temp, 'home');
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: this.workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...clean(process.env),
        PATH: `${process.env.SPEND_METER_AGENTS}${delimiter}${process.env.PATH}`,
        HOME: home,
        // OpenCode works where this says, not where it is started.
        PWD: this.workspace,
        SPEND_METER_STATE: join(this.#temp, 'data'),
        HTTP_PROXY: refusingProxy,
        HTTPS_PROXY: refusingProxy,
        NO_PROXY: '127.0.0.1,localhost',
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    return once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.#ready.api + path, {
      method,
      headers: { authorization: `Bearer ${this.#ready.controlToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const value: unknown = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(value));
    return value;
  }

  async tasks(): Promise<readonly TaskRow[]> {
    return z.array(taskSchema).parse(await this.call('GET', '/tasks'));
  }

  async requests(): Promise<readonly RequestRow[]> {
    return z.array(requestSchema).parse(await this.call('GET', '/requests'));
  }

  /** For each request, which sources have told it. */
  witnesses(): readonly (readonly string[])[] {
    const ledger = new DatabaseSync(join(this.#temp, 'data', 'ledger.db'), { readOnly: true });
    try {
      const rows = ledger.prepare('SELECT sources FROM requests').all();
      return rows.map(({ sources }) =>
        Object.entries(sourceBits).flatMap(([source, bit]) => ((Number(sources) & bit) === 0 ? [] : [source])),
      );
    } finally {
      ledger.close();
    }
  }

  async state(): Promise<State> {
    return stateSchema.parse(await this.call('GET', '/state'));
  }

  /** Looks until there is something; fails with `what` at the deadline (ms). */
  async until<T>(what: string, look: () => Promise<T | undefined | false>, deadline = 60_000): Promise<T> {
    for (const end = Date.now() + deadline; Date.now() < end; await wait(50)) {
      const found = await look();
      if (found) return found;
    }
    throw new Error(`not within ${deadline} ms: ${what}`);
  }
}

async function serve(
  temp: string,
  url: string,
  port?: string,
): Promise<{ readonly service: ChildProcess; readonly ready: z.infer<typeof readySchema> }> {
  const folders = ['--data', join(temp, 'data'), '--home', join(temp, 'home')];
  const upstreams = ['--upstream', `anthropic=${url}`, '--upstream', `openai=${url}/v1`, '--upstream', `gemini=${url}`];
  const service = spawn(process.execPath, [cliPath, 'serve', ...folders, ...upstreams, ...(port ? ['--port', port] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: clean(process.env),
  });
  const [line] = (await once(service.stdout, 'data')) as [Buffer];
  return { service, ready: readySchema.parse(JSON.parse(line.toString())) };
}

/** What the runner and npm set for their own programs would change the agents. */
export function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own =
    /^(npm_|NODE_OPTIONS$|XDG_|ANTHROPIC_|OPENAI_|CLAUDE|CODEX_|OPENCODE|KILO|CLINE_|COPILOT_|GEMINI_|GOOGLE_|QWEN_|.*_PROXY$|.*_proxy$|SPEND_METER_(RESULTS|TESTS_ALONE)$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}
