import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { priceBook } from '../../../pricing/book.ts';
import { randomFrom } from '../../unit/tokens/textMaker.ts';

/** Runs of one harness over the same tasks. */
export interface Run {
  readonly harness: string;
  readonly model: string;
  /** List price of 90 % input and 10 % output, USD per million tokens; absent = not in the price book. */
  readonly list?: number | undefined;
  /** By task; a cost that was not reported is absent. */
  readonly tasks: ReadonlyMap<string, { readonly solved: boolean; readonly usd?: number | undefined }>;
}

const tableSchema = z.record(z.string(), z.record(z.string(), z.tuple([z.number(), z.number().nullable()]).rest(z.number())));

/** Names of runs whose model the price book has under another one. */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/^Claude (4\.5|4) (Opus|Sonnet).*$/, 'claude-$2-$1'],
  [/^Gemini 3 Pro Preview.*$|^Gemini-3-Pro$/, 'gemini-3-pro-preview'],
  [/^Gemini-3-Flash$/, 'gemini-3-flash-preview'],
  [/^Gemini-3\.1-Pro$/, 'gemini-3.1-pro-preview'],
  [/^Gemini 2\.5 Pro.*$/, 'gemini-2.5-pro'],
  [/^DeepSeek[ -]V3\.2[ -]Reasoner$/, 'deepseek-v3.2'],
  [/^Qwen3-Coder[ -]480B.*$/, 'qwen3-coder-480b-a35b-instruct'],
  [/^Devstral \(2512\)$/, 'devstral-2512'],
  [/^Kimi K2 Instruct$/, 'kimi-k2'],
  [/^(GPT-5\.1-codex|GPT-5\.1|GPT-5 mini|GPT-5 nano|GPT-5|o3|o4-mini|GLM-4\.[56]) \(.*$/, '$1'],
];

/** The cost table of a data folder (`routing-costs-train.json`): run → task → [solved, USD, calls]. */
export function costTable(folder: string): Run[] {
  const book = priceBook();
  const table = tableSchema.parse(JSON.parse(readFileSync(join(folder, 'routing-costs-train.json'), 'utf8')));
  return Object.entries(table).map(([name, tasks]) => {
    const [harness = '', ...rest] = name.split(':');
    const written = rest.join(':');
    const [pattern, to] = renamed.find(([each]) => each.test(written)) ?? [];
    const id = (pattern && to ? written.replace(pattern, to) : written).toLowerCase().replaceAll(' ', '-');
    const rates = book.resolve({ id }, Date.parse('2026-10-01'))?.rates;
    return {
      harness: rest.length > 1 ? `${harness}:${rest[0]}` : harness,
      model: rest.at(-1) ?? written,
      list: rates && 0.9 * Number(rates.input) + 0.1 * Number(rates.output),
      tasks: new Map(
        Object.entries(tasks).map(([task, [solved, usd]]) => [task, { solved: solved === 1, usd: usd ? usd : undefined }]),
      ),
    };
  });
}

/**
 * Without a data folder: eight made-up models over 300 made-up tasks, each with a list price, a work factor of its own (log-normal, as
 * wide as the published one) and a chance to solve that falls with the difficulty. Not evidence, but the same arithmetic.
 */
export function madeUpTable(): Run[] {
  const random = randomFrom(20261125);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const tasks = Array.from({ length: 300 }, (_, at) => ({ id: `task-${at}`, size: normal() * 0.5, hard: random() }));
  return Array.from({ length: 10 }, (_, at) => {
    const list = 8 / 1.7 ** at;
    const work = Math.exp(0.12 * at + normal() * 0.5);
    const skill = 0.92 - 0.03 * at;
    return {
      harness: 'made up',
      model: `model-${at}`,
      list,
      tasks: new Map(
        tasks.map(({ id, size, hard }) => [
          id,
          { solved: hard < skill ? random() < 0.97 : random() < 0.1, usd: list * 0.1 * work * Math.exp(size + normal() * 0.5) },
        ]),
      ),
    };
  });
}

/** Tasks in two halves: to learn from, and held back. The same for every run. */
export function halves(runs: readonly Run[]): { readonly learn: readonly string[]; readonly held: readonly string[] } {
  const random = randomFrom(7);
  const tasks = [...(runs[0]?.tasks.keys() ?? [])].map((task) => ({ task, at: random() })).sort((a, b) => a.at - b.at);
  const half = tasks.length >> 1;
  const names = tasks.map(({ task }) => task);
  return { learn: names.slice(0, half), held: names.slice(half) };
}

export function costsOf(run: Run, tasks: readonly string[]): number[] {
  return tasks.flatMap((task) => run.tasks.get(task)?.usd ?? []);
}
