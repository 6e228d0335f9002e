import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modeOf } from '../../../src/core/mode.ts';
import { usdToPico } from '../../../src/core/money.ts';
import type { Observation, Priceable, Priced } from '../../../src/core/request.ts';
import { cacheWrites, type Usage, usage } from '../../../src/core/usage.ts';
import { Ledger, type LedgerOptions } from '../../../src/ledger/ledger.ts';

/** A price list that can be worked out in the head: pico-dollars per token for input, cache read, cache write, output. */
const prices: Readonly<Record<string, readonly [bigint, bigint, bigint, bigint]>> = {
  dear: [10_000_000n, 1_000_000n, 12_000_000n, 50_000_000n],
  cheap: [1_000_000n, 100_000n, 1_000_000n, 5_000_000n],
};

export function price(p: Priceable): Priced {
  if (p.reportedUsd !== undefined) return { cost: usdToPico(p.reportedUsd), basis: 'reported' };
  const row = prices[p.model];
  if (!row) return { cost: null, basis: 'unpriced' };
  const [input, read, write, output] = row;
  const u = p.usage;
  const cost =
    BigInt(u.uncachedInput + u.inputAudio) * input +
    BigInt(u.cacheRead) * read +
    BigInt(cacheWrites(u)) * write +
    BigInt(u.output) * output;
  return { cost, basis: p.counted === 'reported' ? 'priced' : 'estimated' };
}

/** 2026-11-25, a Wednesday, 12:00 in UTC. */
export const noon = Date.UTC(2026, 10, 25, 12);
export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;
export const day = 86_400_000;

export const options: LedgerOptions = { price, now: () => noon, zone: 'UTC' };

export function openLedger(more: Partial<LedgerOptions> = {}): Ledger {
  return Ledger.open(':memory:', { ...options, ...more });
}

type Given = Partial<Omit<Observation, 'usage' | 'mode'>> & { usage?: Partial<Usage>; mode?: string };

let unique = 0;

/** One sighting; what is not said is a priced, finished step of task `codex:t` seen by the gateway at noon. */
export function sighting(given: Given = {}): Observation {
  const { usage: tokens, mode, ...rest } = given;
  return {
    source: 'gateway',
    keys: [`test:${++unique}`],
    at: noon,
    agent: 'codex',
    task: 'codex:t',
    provider: 'openai',
    model: 'dear',
    usage: usage(tokens ?? { uncachedInput: 100, output: 10 }),
    counted: 'reported',
    billing: 'metered',
    outcome: 'ok',
    ...(mode === undefined ? {} : { mode: modeOf(mode) }),
    ...rest,
  };
}

/** A folder of its own for one test. */
export function temporaryFolder(): { path: string; ledger: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'spend-meter-ledger-'));
  return { path, ledger: join(path, 'ledger.db'), remove: () => rmSync(path, { recursive: true, force: true }) };
}
