import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type RequestRow, requestSchema } from '../../src/protocol/rows.ts';
import type { State } from '../../src/protocol/state.ts';
import { readDiscovery } from '../../src/service/discovery.ts';
import { waitUntil } from '../browser/waitUntil.ts';
import { Walk } from '../browser/walk.ts';
import { Random } from '../standIn/random.ts';
import { StandIn } from '../standIn/standIn.ts';
import { clean, key } from './bench.ts';
import type { Cli } from './clis.ts';

const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** One agent, guarded beside a real VS Code whose extension runs the meter, and a stand-in provider behind it. */
export class WindowBench {
  readonly random: Random;
  readonly standIn: StandIn;
  readonly walk: Walk;
  readonly #cli: Cli;

  private constructor(cli: Cli, random: Random, standIn: StandIn, walk: Walk) {
    this.#cli = cli;
    this.random = random;
    this.standIn = standIn;
    this.walk = walk;
  }

  static async start(cli: Cli): Promise<WindowBench> {
    const random = new Random();
    console.log(`      seed ${random.seed}`);
    const standIn = new StandIn({ random, key, ...(cli.isSide ? { isSide: cli.isSide } : {}) });
    const walk = await Walk.start({
      prepare: ({ home }) => {
        for (const [name, text] of Object.entries(cli.settings ?? {})) {
          mkdirSync(dirname(join(home, name)), { recursive: true });
          writeFileSync(join(home, name), text);
        }
      },
    });
    const bench = new WindowBench(cli, random, standIn, walk);
    await waitUntil(async () => readDiscovery(bench.#discovery), 30_000);
    const url = await standIn.start();
    await bench.call('PUT', '/settings', { upstreams: { anthropic: url, openai: `${url}/v1`, gemini: url } });
    await bench.call('PUT', '/guard', { on: true });
    return bench;
  }

  async stop(): Promise<void> {
    this.standIn.dispose();
    await this.walk.close();
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const { port, controlToken } = readDiscovery(this.#discovery) ?? assert.fail('no service');
    const answer = await fetch(`http://127.0.0.1:${port}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${controlToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    assert.equal(answer.status, 200);
    return answer.json();
  }

  /** Requests of the work itself. */
  async work(): Promise<readonly RequestRow[]> {
    return z
      .array(requestSchema)
      .parse(await this.call('GET', '/requests'))
      .filter(({ kind }) => kind === 'work');
  }

  /** Starts the agent as a guarded terminal would; answers its output once it has ended. */
  async run(prompt: string): Promise<{ readonly ended: Promise<string> }> {
    const { guard } = (await this.call('GET', '/state')) as State;
    const { baseUrls } = guard;
    assert.equal(guard.environment.ANTHROPIC_BASE_URL, baseUrls.anthropic);
    if (this.#cli.setUp) await this.#start(this.#cli.setUp({ baseUrls }));
    return { ended: this.#start(this.#cli.command({ prompt }, { baseUrls, cliPath })) };
  }

  #start({ argv, env }: ReturnType<Cli['command']>): Promise<string> {
    const { workspace, home, state } = this.walk.places;
    const agent = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...clean(process.env),
        PATH: `${process.env.SPEND_METER_AGENTS}${delimiter}${process.env.PATH}`,
        HOME: home,
        PWD: workspace,
        SPEND_METER_STATE: state,
        ...env,
      },
    });
    let output = '';
    for (const stream of [agent.stdout, agent.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    return once(agent, 'close').then(() => output);
  }

  get #discovery(): string {
    return join(this.walk.places.state, 'discovery.json');
  }
}
