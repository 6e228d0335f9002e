import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { claudeTelemetry } from '../../src/agents/claudeCode/telemetry.ts';
import { codexTelemetry } from '../../src/agents/codex/telemetry.ts';
import { copilotTelemetry } from '../../src/agents/copilot/telemetry.ts';
import { geminiTelemetry } from '../../src/agents/geminiCli/telemetry.ts';
import { qwenTelemetry } from '../../src/agents/qwenCode/telemetry.ts';
import type { Telemetry } from '../../src/agents/telemetry.ts';
import type { Usage } from '../../src/core/usage.ts';
import { drawUsage, prose } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, claudeCode, codex, copilot, gemini, qwen } from './clis.ts';
import { equalsServed } from './compare.ts';

/** One export as the agent sent it. */
interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Stands between an agent and the meter and keeps a copy of every export. */
class Between {
  readonly sent: Sent[] = [];
  readonly statuses: number[] = [];
  readonly #server: Server;
  to = '';

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Between> {
    const server = createServer();
    const between = new Between(server);
    server.on('request', async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
      const headers = Object.fromEntries(
        ['content-type', 'content-encoding'].flatMap((name) => (req.headers[name] ? [[name, String(req.headers[name])]] : [])),
      );
      const one = { path: req.url ?? '', headers, body: Buffer.concat(chunks) };
      const answer = await send(between.to, one);
      between.sent.push(one);
      between.statuses.push(answer.status);
      res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      res.end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return between;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  dispose(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function send(endpoint: string, { path, headers, body }: Sent): Promise<Response> {
  return fetch(endpoint + path, { method: 'POST', headers, body: new Uint8Array(body) });
}

/** The same agent with its telemetry turned on, as its folder says. */
function pushing(cli: Cli, telemetry: Telemetry, endpoint: () => string): Cli {
  return {
    ...cli,
    command: (run, to) => {
      const { argv, env } = cli.command(run, to);
      const { args = [], environment } = telemetry.setup(endpoint());
      const word = args.length > 0 ? argv.indexOf('codex') : 0;
      return { argv: [...argv.slice(0, word + 1), ...args, ...argv.slice(word + 1)], env: { ...env, ...environment } };
    },
  };
}

/** The same agent as `spend-meter run --telemetry` starts it. */
function runWithTelemetry(cli: Cli): Cli {
  return {
    ...cli,
    command: (run, to) => {
      const { argv, env } = cli.command(run, to);
      const own = argv.includes('--') ? argv.slice(argv.indexOf('--') + 1) : argv;
      return { argv: [process.execPath, to.cliPath, 'run', '--telemetry', '--', ...own], env };
    },
  };
}

/** What of a usage an agent's telemetry tells. */
type Told = (served: Usage) => Usage;
const all: Told = (served) => served;
/** Written or not, it is input. */
const noWrites: Told = (served) => ({
  ...served,
  uncachedInput: served.uncachedInput + served.cacheWrite30m,
  cacheWrite30m: 0,
});
const oneLifetime: Told = (served) => ({
  ...served,
  cacheWrite5m: served.cacheWrite5m + served.cacheWrite1h,
  cacheWrite1h: 0,
});

const cases: readonly (readonly [Cli, Telemetry, Told])[] = [
  [claudeCode, claudeTelemetry, all],
  [codex, codexTelemetry, all],
  [gemini, geminiTelemetry, all],
  [qwen, qwenTelemetry, noWrites],
  [copilot, copilotTelemetry, oneLifetime],
];

for (const [cli, telemetry, told] of cases) {
  describe(`${cli.name} pushing its telemetry`, function () {
    this.timeout(180_000);
    let between: Between;
    let bench: Bench;

    before(async () => {
      between = await Between.start();
      bench = await Bench.start(pushing(cli, telemetry, () => between.url));
      between.to = bench.otlp;
    });

    after(async () => {
      between?.dispose();
      await bench?.stop();
    });

    it('is one row for each request that gateway, session file and telemetry tell, also when it is told again', async () => {
      const { standIn, random } = bench;
      const turn = (...words: number[]) => ({
        blocks: [
          { kind: 'text' as const, text: prose(random, 12) },
          ...words.map(() => ({ kind: 'call' as const, command: 'echo done' })),
        ],
        usage: drawUsage(random, cli.family, false),
      });
      standIn.script(turn(1), turn(1), turn());
      const ended = await bench.run({ prompt: 'Take three steps.' });
      assert.equal(ended.code, 0, ended.output);
      await bench.until('its own record was read', async () => {
        const { scan } = await bench.state();
        return scan.agents.includes(cli.agent) && scan.done;
      });
      assert.ok(between.sent.length > 0, 'it sent nothing');
      assert.ok(
        between.statuses.every((status) => status === 200),
        between.statuses.join(),
      );
      const rows = await bench.requests();
      equalsServed(rows, standIn.served);
      assert.equal(rows.length, standIn.served.length);

      for (const one of [...between.sent].reverse()) assert.equal((await send(bench.otlp, one)).status, 200);
      assert.deepEqual(await bench.requests(), rows);
      assert.deepEqual((await bench.state()).scan.skipped, []);
    });

    it('is turned on for one run by spend-meter run --telemetry', async () => {
      const other = await Bench.start(runWithTelemetry(cli));
      try {
        const usage = drawUsage(other.random, cli.family, false);
        other.standIn.script({ blocks: [{ kind: 'text', text: prose(other.random, 12) }], usage });
        const ended = await other.run({ prompt: 'Say something.' });
        assert.equal(ended.code, 0, ended.output);
        assert.match(ended.output, /pushes its telemetry to the meter in this run, and in no other/);
        const rows = await other.requests();
        equalsServed(rows, other.standIn.served);
        assert.ok(other.witnesses().some((sources) => sources.includes('otlp')));
      } finally {
        await other.stop();
      }
    });

    it('is counted by its telemetry alone, to the token', async () => {
      const other = await Bench.start(cli);
      try {
        for (const one of between.sent) assert.equal((await send(other.otlp, one)).status, 200);
        const rows = await other.requests();
        equalsServed(
          rows,
          bench.standIn.served.map((one) => ({ ...one, usage: told(one.usage) })),
        );
        assert.deepEqual(new Set(rows.map(({ source }) => source)), new Set(['otlp']));
        const [task] = (await bench.tasks()).filter(({ parent }) => parent === undefined);
        assert.deepEqual(new Set(rows.map((row) => row.task)), new Set([task?.id]));
      } finally {
        await other.stop();
      }
    });
  });
}
