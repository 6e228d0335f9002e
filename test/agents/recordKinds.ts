/**
 * `SPEND_METER_AGENTS=.tools/agents/node_modules/.bin node test/agents/recordKinds.ts`: runs the real agents against the stand-in, checks on their whole requests
 * that each kind is told right, and writes `test/fixtures/advisor/requests.json`: the shapes of those requests, every text that is not ours as filler of its length.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identify } from '../../src/agents/registry.ts';
import { toolCount } from '../../src/agents/requestBody.ts';
import { Random } from '../standIn/random.ts';
import { StandIn } from '../standIn/standIn.ts';
import { drawUsage, prose } from '../standIn/turn.ts';
import { key } from './bench.ts';

interface Recorded {
  readonly agent: string;
  /** What it was for, by what the agent was told to do; never by our own recognising. */
  readonly truth: 'work' | 'title' | 'summary';
  readonly protocol: 'anthropic' | 'openai-responses';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Headers by which agents say who they are; the values of all others are left out. */
const telling =
  /^(user-agent|originator|x-claude-code-(request-class|agent-type)|x-kilocode-(mode|feature)|x-codex-turn-metadata|session[-_]id|thread-id|x-session-id|x-session-affinity|x-opencode-.*|x-kilo.*|x-claude-code-session-id|x-parent-session-id)$/;
/** Phrases of agents that the recognisers go by, and that stand in their source. */
const phrases =
  /(You are a title generator|Here is the conversation so far:\s*<conversation>|CRITICAL: Respond with TEXT ONLY[^\n]*\n[\s\S]{0,400}?Your task is to create a detailed summary of the conversation so far|# Plan Mode - System Reminder|# Native Plan Mode|Plan mode is active|You are in Ask mode)/;

function filler(text: string): string {
  const found = phrases.exec(text);
  if (!found) return 'x'.repeat(Math.min(text.length, 200));
  const before = found.index > 0 ? `${'x'.repeat(Math.min(found.index, 100))}\n` : '';
  return `${before}${found[0].replace(/\n[\s\S]{20,}\n(?=Your task)/, '\n\n')} x`;
}

/** Names and numbers stay, texts become filler; tools and long lists keep their length. */
function shapeOf(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return /^(role|type|model|name)$/.test(name) ? value : filler(value);
  if (Array.isArray(value))
    return name === 'tools' ? value.map((_, at) => ({ name: `tool-${at}` })) : value.map((one) => shapeOf(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner, key)]));
}

class Lab {
  readonly recorded: Recorded[] = [];
  readonly standIn = new StandIn({ random: new Random(), key });
  readonly random = new Random();
  readonly temp = mkdtempSync(join(tmpdir(), 'spend-meter-kinds-'));
  readonly server = createServer();
  condensing = false;
  agent = '';

  async start(): Promise<string> {
    const upstream = await this.standIn.start();
    for (const name of ['home', 'work']) mkdirSync(join(this.temp, name));
    this.server.on('request', async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks);
      const path = req.url ?? '/';
      if (req.method === 'POST' && /messages(\?|$)|responses$/.test(path))
        this.#record(path, req.headers as Record<string, string>, raw);
      const {
        host: _host,
        'content-length': _length,
        connection: _connection,
        'transfer-encoding': _encoding,
        ...headers
      } = req.headers;
      const answer = await fetch(upstream + path, {
        method: req.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(raw.length > 0 ? { body: raw } : {}),
      });
      res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      res.end(Buffer.from(await answer.arrayBuffer()));
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  #record(path: string, headers: Readonly<Record<string, string>>, raw: Buffer): void {
    const body: unknown = JSON.parse(raw.toString());
    const protocol = path.includes('messages') ? 'anthropic' : 'openai-responses';
    const truth = this.condensing ? 'summary' : toolCount(body) > 0 ? 'work' : 'title';
    const told = identify({ headers, protocol, path, body }).kind;
    console.log(`${this.agent.padEnd(12)} ${truth.padEnd(8)} told ${told}${told === truth ? '' : '   WRONG'}`);
    if (told !== truth) process.exitCode = 1;
    const kept = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        telling.test(name) ? value.replaceAll(this.temp, '/home/someone') : '',
      ]),
    );
    this.recorded.push({ agent: this.agent, truth, protocol, path, headers: kept, body: shapeOf(body) });
  }

  /** Runs a command; `turns` answers are ready for it. */
  async run(argv: readonly string[], env: Readonly<Record<string, string>>, family: 'anthropic' | 'openai'): Promise<void> {
    this.standIn.script(
      ...Array.from({ length: 8 }, () => ({
        blocks: [{ kind: 'text' as const, text: prose(this.random, 12) }],
        usage: drawUsage(this.random, family, false),
      })),
    );
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: join(this.temp, 'work'),
      stdio: 'ignore',
      timeout: 90_000,
      env: {
        PATH: `${process.env.SPEND_METER_AGENTS}${delimiter}${process.env.PATH}`,
        HOME: join(this.temp, 'home'),
        HTTP_PROXY: 'http://127.0.0.1:9',
        HTTPS_PROXY: 'http://127.0.0.1:9',
        NO_PROXY: '127.0.0.1,localhost',
        ...env,
      },
    });
    await once(child, 'close');
  }

  dispose(): void {
    this.standIn.dispose();
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.temp, { recursive: true, force: true });
  }
}

const lab = new Lab();
const base = await lab.start();
const prompts = [
  'Take the first step.',
  'Write a commit message and a title for this.',
  'Summarize what was done in this conversation.',
];
try {
  const claude = {
    ANTHROPIC_API_KEY: key,
    ANTHROPIC_BASE_URL: base,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
  lab.agent = 'claude-code';
  for (const prompt of prompts) await lab.run(['claude', '-p', prompt], claude, 'anthropic');
  await lab.run(['claude', '--continue', '-p', 'Go on.'], claude, 'anthropic');
  await lab.run(['claude', '-p', 'Plan it.', '--permission-mode', 'plan'], claude, 'anthropic');
  lab.condensing = true;
  await lab.run(['claude', '--continue', '-p', '/compact'], claude, 'anthropic');
  lab.condensing = false;
  for (const agent of ['opencode', 'kilo'] as const) {
    lab.agent = agent;
    const env = {
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_BASE_URL: `${base}/v1`,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      KILO_DISABLE_AUTOUPDATE: '1',
    };
    const model = ['-m', 'anthropic/claude-sonnet-4-5'];
    for (const prompt of prompts) await lab.run([agent, 'run', '--auto', ...model, prompt], env, 'anthropic');
    await lab.run([agent, 'run', '--auto', '-c', ...model, 'Go on.'], env, 'anthropic');
    await lab.run([agent, 'run', '--auto', '--agent', 'plan', ...model, 'Plan it.'], env, 'anthropic');
    lab.condensing = true;
    if (agent === 'kilo') await lab.run([agent, 'run', '--auto', '-c', '--command', 'compact', ''], env, 'anthropic');
    lab.condensing = false;
  }
  lab.agent = 'codex';
  const provider = [`base_url="${base}/v1"`, 'name="m"', 'wire_api="responses"', 'env_key="CODEX_API_KEY"'].flatMap((each) => [
    '-c',
    `model_providers.m.${each}`,
  ]);
  const flags = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...provider, '-c', 'model_provider="m"'];
  for (const prompt of prompts) await lab.run(['codex', 'exec', ...flags, prompt], { CODEX_API_KEY: key }, 'openai');
  await lab.run(['codex', 'exec', 'resume', '--last', ...flags, 'Go on.'], { CODEX_API_KEY: key }, 'openai');
  const folder = fileURLToPath(new URL('../fixtures/advisor/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'requests.json'), `${JSON.stringify(lab.recorded)}\n`);
} finally {
  lab.dispose();
}
