import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { priceBook } from '../../pricing/book.ts';
import { overridesSchema } from '../../pricing/schema.ts';
import type { Places, Skipped } from '../agents/agent.ts';
import { agents } from '../agents/registry.ts';
import { parsed } from '../agents/requestBody.ts';
import type { Observation, Priced } from '../core/request.ts';
import { RequestSet } from '../core/requestSet.ts';
import { type LoadCursors, noCursors } from '../sessions/cursors.ts';
import { SessionReader } from '../sessions/sessionReader.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { readLedger } from './reportLedger.ts';
import { parseReportOptions, type ReportOptions } from './reportOptions.ts';
import { type PricedRequest, summed } from './reportSums.ts';
import { reportTable } from './reportTable.ts';

/** `spend-meter report`: what the agents of a home spent, each request once. Stores nothing. */
export const main: Command = async (args, io) => {
  const options = parseReportOptions(args);
  const book = options.pricesFile === undefined ? priceBook() : priceBook(await ownPrices(options.pricesFile));
  const places: Places =
    options.home === undefined
      ? { home: io.home, env: io.env, platform: process.platform }
      : { home: options.home, env: {}, platform: process.platform };
  const requests = new RequestSet();
  // Another home has no meter of its own, and other prices have other sums.
  const usesLedger = options.ledger && options.home === undefined && options.pricesFile === undefined;
  const ledger = usesLedger ? readLedger(io, (p) => book.price(p), requests) : undefined;
  const read = await readSessions(places, requests, ledger?.loadCursors);
  const { totals, rows } = summed(
    pricedRequests(requests, options, (one) => ledger?.priced.get(one) ?? book.price(one)),
    options.by,
  );
  for (const { path, reason, count } of read.skipped) io.stderr.write(`skipped ${count} × ${reason}: ${path}\n`);
  io.stdout.write(
    options.json ? `${JSON.stringify({ totals, rows, pricesAsOf: book.asOf })}\n` : reportTable(totals, rows, options.by),
  );
  return 0;
};

/** Reads every session file, afresh or from where another reading has come to. */
export async function readSessions(
  places: Places,
  requests: RequestSet,
  loadCursors: LoadCursors = noCursors,
): Promise<{ readonly skipped: readonly Skipped[] }> {
  const skipped = new Map<string, Skipped>();
  const reader = new SessionReader({
    agents,
    places,
    loadCursors,
    deliver(batch) {
      for (const seen of batch.observations) requests.add(seen);
      for (const each of batch.skipped) skipped.set(`${each.reason}\0${each.path}`, each);
    },
  });
  await reader.scan();
  reader.dispose();
  return { skipped: [...skipped.values()].filter(({ count }) => count > 0) };
}

function* pricedRequests(
  requests: RequestSet,
  options: ReportOptions,
  price: (request: Observation) => Priced,
): Generator<PricedRequest> {
  for (const request of requests.rows()) if (isAsked(request, options)) yield { request, priced: price(request) };
}

function isAsked({ at, sample }: Observation, { since, until }: ReportOptions): boolean {
  return !sample && (since === undefined || at >= since) && (until === undefined || at < until);
}

/** The user's own prices from a file: a JSON list of overrides. */
async function ownPrices(path: string) {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--prices: ${error instanceof Error ? error.message : String(error)}`);
  });
  const checked = overridesSchema.safeParse(parsed(text));
  if (!checked.success) throw new UsageError(`--prices: ${path}: ${z.prettifyError(checked.error)}`);
  return checked.data;
}
