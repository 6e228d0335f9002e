import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { writeTokenTables } from '../../scripts/tokenTables.mjs';
import type { BenchRow } from './ledger.ts';

/** Counted rounds; two more come first, for the machine to warm up. */
const rounds = 6;
const warmUps = 2;
const requestsPerRound = 48;

/** A process of the benchmark. */
interface Part {
  readonly process: ChildProcess;
  readonly port: number;
}

async function start(...args: readonly string[]): Promise<Part> {
  const child = fork(new URL('./gatewayPart.ts', import.meta.url), args);
  const [told] = (await once(child, 'message')) as [{ readonly port: number }];
  return { process: child, port: told.port };
}

interface Cpu {
  /** Of all threads. Milliseconds. */
  readonly cpu: number;
  /** Of the thread that carries the streams. Milliseconds. */
  readonly threadCpu: number;
}

async function cpuOf(part: Part): Promise<Cpu> {
  part.process.send('cpu');
  const [told] = (await once(part.process, 'message')) as [Cpu];
  return told;
}

/** An agent's request of about so many kilobytes: one system prompt, then turns. */
function bodyOf(kilobytes: number): Buffer {
  const line = 'const value = await reader.read(path, { limit: 200 }); // the next part of the file\n';
  const turn = { role: 'user', content: line.repeat(kilobytes < 16 ? 4 : 60) };
  const messages: object[] = [];
  for (let size = 0; size < kilobytes * 1024 - 400; size += turn.content.length + 60) messages.push(turn);
  return Buffer.from(JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1024, stream: true, system: line, messages }));
}

/** Milliseconds to the first and the last byte of the answer. */
function ask(url: URL, agent: http.Agent, body: Buffer): Promise<{ readonly first: number; readonly total: number }> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let first = 0;
    const headers = { 'content-type': 'application/json', 'content-length': body.length, 'x-api-key': 'sk-none' };
    const req = http.request(url, { method: 'POST', agent, headers }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`status ${res.statusCode}`));
      res.on('data', () => {
        first ||= performance.now() - begun;
      });
      res.on('end', () => resolve({ first, total: performance.now() - begun }));
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end(body);
  });
}

interface Round extends Cpu {
  readonly first: number;
  readonly total: number;
}

async function round(part: Part, url: URL, agent: http.Agent, body: Buffer, inFlight: number): Promise<Round> {
  const before = await cpuOf(part);
  const times: { readonly first: number; readonly total: number }[] = [];
  let left = requestsPerRound;
  const one = async (): Promise<void> => {
    while (left-- > 0) times.push(await ask(url, agent, body));
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const after = await cpuOf(part);
  return {
    first: median(times.map((time) => time.first)),
    total: median(times.map((time) => time.total)),
    cpu: (after.cpu - before.cpu) / requestsPerRound,
    threadCpu: (after.threadCpu - before.threadCpu) / requestsPerRound,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** `ratio`: how many times the baseline; 1 is no cost at all. */
function row(label: string, unit: string, value: number, baseline: number): BenchRow {
  const digits = (number: number): number => Number(number.toPrecision(3));
  return { label, value: digits(value), unit, baseline: digits(baseline), ratio: digits(value / baseline) };
}

/**
 * The gateway (prompts counted by the real worker, output counted as it streams) against a bare Node pipe and against
 * no proxy at all, each in a process of its own, in rounds that take turns. An answer has 200 events. The CPU is of all
 * threads, the counting of prompts included.
 */
export async function bench(): Promise<{ readonly name: string; readonly rows: readonly BenchRow[] }> {
  const tables = mkdtempSync(join(tmpdir(), 'spend-meter-bench-'));
  writeTokenTables(tables);
  const provider = await start('provider');
  const at = `http://127.0.0.1:${provider.port}`;
  const pipe = await start('pipe', at);
  const gateway = await start('gateway', at, tables);
  const targets = [
    { part: provider, url: new URL(`${at}/v1/messages`) },
    { part: pipe, url: new URL(`http://127.0.0.1:${pipe.port}/v1/messages`) },
    { part: gateway, url: new URL(`http://127.0.0.1:${gateway.port}/bench/anthropic/v1/messages`) },
  ];
  const rows: BenchRow[] = [];
  try {
    for (const kilobytes of [2, 800]) {
      const body = bodyOf(kilobytes);
      for (const inFlight of [1, 16]) {
        const agents = targets.map(() => new http.Agent({ keepAlive: true, maxSockets: inFlight }));
        const seen: Round[][] = targets.map(() => []);
        for (let i = -warmUps; i < rounds; i++) {
          for (const [t, { part, url }] of targets.entries()) {
            const result = await round(part, url, agents[t] ?? new http.Agent(), body, inFlight);
            if (i >= 0) seen[t]?.push(result);
          }
        }
        for (const agent of agents) agent.destroy();
        const of = (target: number, what: keyof Round): number => median((seen[target] ?? []).map((each) => each[what]));
        const label = `${kilobytes} KB, ${inFlight} in flight`;
        rows.push(
          row(`${label}: first byte, against the bare pipe`, 'ms', of(2, 'first'), of(1, 'first')),
          row(`${label}: first byte, against no proxy`, 'ms', of(2, 'first'), of(0, 'first')),
          row(`${label}: whole answer, against the bare pipe`, 'ms', of(2, 'total'), of(1, 'total')),
          row(`${label}: CPU per request, against the bare pipe`, 'ms', of(2, 'cpu'), of(1, 'cpu')),
          row(`${label}: the same on the thread with the streams`, 'ms', of(2, 'threadCpu'), of(1, 'threadCpu')),
        );
      }
    }
  } finally {
    for (const { process: child } of [gateway, pipe, provider]) child.disconnect();
    rmSync(tables, { recursive: true });
  }
  return { name: 'The gateway, against a bare Node pipe', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { name, rows } = await bench();
  process.stdout.write(`${name}\n`);
  for (const { label, value, unit, baseline, ratio } of rows) {
    process.stdout.write(`  ${label}: ${value} ${unit} (${baseline}, ${ratio}×)\n`);
  }
}
