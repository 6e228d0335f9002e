import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { get_encoding } from 'tiktoken';
import { tokenTable, writeTokenTables } from '../../scripts/tokenTables.mjs';
import { TokenCounter } from '../../src/tokens/bpe.ts';
import { PromptReader } from '../../src/tokens/client.ts';
import { OutputCounter } from '../../src/tokens/output.ts';
import { PromptCounter } from '../../src/tokens/prompt.ts';
import { randomFrom } from '../unit/tokens/textMaker.ts';
import type { BenchRow } from './ledger.ts';

const encoding = 'o200k_base';
const root = fileURLToPath(new URL('../../', import.meta.url));
const random = randomFrom(20261122);
const between = (least: number, most: number): number => Math.floor(least + random() * (most - least));

/** CPU milliseconds of this process that `work` takes. */
function cpu(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Everything below a folder that ends so, joined, at most `most` characters. */
function texts(folder: string, ending: string, most: number): string {
  let joined = '';
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
    if (joined.length < most && name.endsWith(ending)) joined += readFileSync(join(root, folder, name), 'utf8');
  }
  return joined.slice(0, most);
}

const withoutRuns = (text: string): string => text.replace(/\S{200,}/g, '');

const han = (length: number, punctuation: number): string =>
  Array.from({ length }, () =>
    random() < punctuation ? '，' : String.fromCharCode(0x4e00 + Math.floor(random() ** 2 * 3000)),
  ).join('');

const corpus = {
  // Without runs of hundreds of characters, on which tiktoken is quadratic: those are below, by themselves.
  code: withoutRuns(texts('node_modules/undici/lib', '.js', 700_000) + texts('node_modules/zod/src', '.ts', 700_000)),
  prose: texts('node_modules', 'README.md', 900_000),
  JSON: JSON.stringify(
    Array.from({ length: 6000 }, (_, i) => ({
      id: i,
      path: `src/part${between(0, 99)}/file${i}.ts`,
      ok: random() < 0.5,
      ms: random() * 1e4,
    })),
  ),
  CJK: han(250_000, 0.07),
  'minified JavaScript': texts('node_modules/axe-core', 'axe.min.js', 600_000),
  base64: Buffer.from(Array.from({ length: 300_000 }, () => between(0, 256))).toString('base64'),
};

/** Each text for the first time, after other text of its kind has warmed the machine. */
function single(kind: keyof typeof corpus, naive: (text: string) => number): BenchRow {
  const counter = TokenCounter.load(tokenTable(encoding), encoding);
  const half = corpus[kind].length >> 1;
  const [warm, text] = [corpus[kind].slice(0, half), corpus[kind].slice(half)];
  naive(warm.slice(0, 50_000));
  counter.count(warm);
  const megabytes = Buffer.byteLength(text) / 1e6;
  let tokens = [0, 0];
  const ours = megabytes / (cpu(() => (tokens = [counter.count(text), 0])) / 1000);
  const theirs = megabytes / (cpu(() => (tokens = [tokens[0] ?? 0, naive(text)])) / 1000);
  if (tokens[0] !== tokens[1]) throw new Error(`${kind}: ${tokens[0]} tokens, tiktoken has ${tokens[1]}`);
  return row(`${kind}, new text`, ours, 'MB/s of CPU', theirs);
}

/** `ratio`: how many times better than the baseline. */
function row(label: string, value: number, unit: string, baseline?: number): BenchRow {
  const smallerIsBetter = unit.startsWith('ms');
  const ratio = baseline === undefined ? undefined : smallerIsBetter ? baseline / value : value / baseline;
  return { label, value: rounded(value), unit, baseline: baseline && rounded(baseline), ratio: ratio && rounded(ratio) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** An agent at work: 100 turns, every body repeats all before it; about 1 MB and 250,000 tokens at the end. */
function agentRun(): string[] {
  const slice = (kind: keyof typeof corpus, most: number): string => {
    const from = between(0, corpus[kind].length - most);
    return corpus[kind].slice(from, from + between(most / 3, most));
  };
  const messages = [
    { role: 'system', content: slice('prose', 18_000) },
    { role: 'user', content: slice('prose', 2000) },
  ];
  return Array.from({ length: 100 }, () => {
    const which = random();
    const kind = which < 0.6 ? 'code' : which < 0.85 ? 'JSON' : which < 0.95 ? 'prose' : 'CJK';
    messages.push(
      { role: 'assistant', content: slice('prose', 1500) },
      { role: 'user', content: slice(kind, kind === 'CJK' ? 4000 : 14_000) },
    );
    return JSON.stringify({ model: 'gpt-4o', messages });
  });
}

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

function growingRun(naive: (text: string) => number): BenchRow[] {
  const bodies = agentRun();
  const naiveTotal = (json: string): number => {
    const { messages } = JSON.parse(json) as Body;
    return messages.reduce((sum, { role, content }) => sum + 3 + naive(role) + naive(content), 3);
  };
  let last = 0;
  const theirs = bodies.map((body) => cpu(() => (last = naiveTotal(body))));
  const counterOf = (() => {
    const counter = TokenCounter.load(tokenTable(encoding), encoding);
    return () => counter;
  })();
  const run = (prompts: PromptCounter): number[] =>
    bodies.map((body) => {
      let tokens = 0;
      const ms = cpu(() => (tokens = prompts.count(JSON.parse(body), 'openai-chat').tokens));
      if (body === bodies.at(-1) && tokens !== last) throw new Error(`${tokens} tokens, tiktoken has ${last}`);
      return ms;
    });
  const ours = run(new PromptCounter(counterOf));
  const forgetting = run(new PromptCounter(counterOf, null));
  const parse = bodies.map((body) => cpu(() => JSON.parse(body)));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const size = `${(Buffer.byteLength(bodies.at(-1) ?? '') / 1e6).toFixed(1)} MB, ${Math.round(last / 1000)}K tokens`;
  return [
    row(`100 turns up to ${size}: JSON.parse and count, with the memo`, sum(ours), 'ms CPU', sum(theirs)),
    row('the same without the memo', sum(forgetting), 'ms CPU', sum(theirs)),
    row('its median turn, with the memo', median(ours), 'ms CPU', median(theirs)),
    row('its last turn, with the memo', ours.at(-1) ?? 0, 'ms CPU', theirs.at(-1)),
    row('JSON.parse alone, all turns', sum(parse), 'ms CPU'),
  ];
}

/** tiktoken is quadratic here, so it gets 20 KB; ours gets a megabyte as well. */
function worst(naive: (text: string) => number): BenchRow[] {
  const counter = TokenCounter.load(tokenTable(encoding), encoding);
  const cases: Readonly<Record<string, (length: number) => string>> = {
    'one letter': (length) => 'a'.repeat(length),
    blanks: (length) => ' '.repeat(length),
    'a ruler': (length) => '='.repeat(length),
    'CJK without punctuation': (length) => han(Math.ceil(length / 3), 0),
    'random letters': (length) => Array.from({ length }, () => String.fromCharCode(between(97, 123))).join(''),
  };
  return Object.entries(cases).flatMap(([name, make]) => {
    counter.count(make(300_000));
    const small = make(20_000);
    return [
      row(
        `20 KB of ${name}`,
        cpu(() => counter.count(small)),
        'ms CPU',
        cpu(() => naive(small)),
      ),
      row(
        `1 MB of ${name}`,
        cpu(() => counter.count(make(1_000_000))),
        'ms CPU',
      ),
    ];
  });
}

/** What the thread that carries the streams pays. */
async function onTheStreamsThread(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spend-meter-bench-'));
  writeTokenTables(folder);
  const reader = new PromptReader({ workerUrl: new URL('../../src/service/promptWorker.ts', import.meta.url), folder, key: 'k' });
  try {
    const body = Buffer.from(agentRun().at(-1) ?? '');
    const facts = { headers: {}, protocol: 'openai-chat', path: '/v1/chat/completions' } as const;
    const held: number[] = [];
    const answered: number[] = [];
    for (let i = 0; i < 30; i++) {
      const start = performance.now();
      const prompt = reader.read({ facts, upstream: 'openai', body });
      held.push(performance.now() - start);
      await prompt;
      answered.push(performance.now() - start);
    }
    const counter = TokenCounter.load(tokenTable(encoding), encoding);
    const output = new OutputCounter(counter);
    const deltas = corpus.prose.slice(0, 400_000).match(/[\s\S]{1,5}/g) ?? [];
    const stream = cpu(() => {
      for (const delta of deltas) output.add(delta);
    });
    return [
      row('handing a 1 MB body to the worker, held up', median(held), 'ms'),
      row('the same body, until it is counted (repeated)', median(answered), 'ms'),
      row('an output delta of 5 characters', (stream / deltas.length) * 1000, 'µs CPU'),
    ];
  } finally {
    await reader.dispose();
    rmSync(folder, { recursive: true });
  }
}

/** Prompt counting against naive tiktoken (every text of every body, WASM), in one process and run. */
export async function bench(): Promise<{ readonly name: string; readonly rows: readonly BenchRow[] }> {
  const tiktoken = get_encoding(encoding);
  const naive = (text: string): number => tiktoken.encode_ordinary(text).length;
  const table = tokenTable(encoding);
  const load = cpu(() => TokenCounter.load(table, encoding));
  const rows = [
    ...growingRun(naive),
    ...(Object.keys(corpus) as (keyof typeof corpus)[]).map((kind) => single(kind, naive)),
    ...worst(naive),
    row('loading the table', load, 'ms CPU'),
    ...(await onTheStreamsThread()),
  ];
  return { name: 'Counting prompts, against naive tiktoken', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { name, rows } = await bench();
  process.stdout.write(`${name}\n`);
  for (const { label, value, unit, baseline, ratio } of rows) {
    process.stdout.write(`  ${label}: ${value} ${unit}${baseline === undefined ? '' : ` (tiktoken ${baseline}, ${ratio}×)`}\n`);
  }
}
