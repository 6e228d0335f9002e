import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation, Priceable, Priced } from '../core/request.ts';
import type { RequestSet } from '../core/requestSet.ts';
import { NoSqlite } from '../ledger/errors.ts';
import { Ledger } from '../ledger/ledger.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import type { LoadCursors } from '../sessions/cursors.ts';
import type { CommandIo } from './command.ts';
import { UsageError } from './command.ts';

/** What the meter has written down: its requests are in the set, its prices by request, and where the reading of files goes on. */
export interface FromLedger {
  readonly priced: ReadonlyMap<Observation, Priced>;
  readonly loadCursors: LoadCursors;
}

/** Reads the ledger of this user beside the service that writes it; `undefined` where there is none yet. Throws `UsageError` where this Node cannot. */
export function readLedger(
  io: Pick<CommandIo, 'env' | 'home' | 'now'>,
  price: (p: Priceable) => Priced,
  into: RequestSet,
): FromLedger | undefined {
  const path = join(stateFolder(io.env, process.platform, io.home), 'ledger.db');
  if (!existsSync(path)) return undefined;
  const ledger = open(path, price, io.now);
  try {
    const priced = new Map<Observation, Priced>();
    for (const row of ledger.stored()) {
      into.add(row.seen);
      priced.set(row.seen, row.priced);
    }
    const cursors = ledger.cursors();
    return { priced, loadCursors: async (paths) => paths.map((name) => asText(cursors.get(name))) };
  } finally {
    ledger.close();
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function open(path: string, price: (p: Priceable) => Priced, now: () => number): Ledger {
  try {
    return Ledger.open(path, { readOnly: true, price, now, zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  } catch (error) {
    if (error instanceof NoSqlite) throw new UsageError(`${error.message}; report --no-ledger needs none`);
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; report --no-ledger reads the files alone`);
  }
}
