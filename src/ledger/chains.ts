import type { SQLOutputValue } from 'node:sqlite';
import { breakCost, type CacheState, type CacheStep, cacheState, cacheStep } from '../core/cacheBreak.ts';
import type { Pico } from '../core/money.ts';
import type { Observation, Priceable, Priced } from '../core/request.ts';
import { type ChainState, type ChainStep, chainStep, promptCost } from '../core/transition.ts';
import { promptTokens } from '../core/usage.ts';
import { type Draft, fromDatabase, type Switched, selectRequest } from './record.ts';
import type { Tail, TaskEntry } from './taskBook.ts';
import type { Held, WriterParts } from './writer.ts';

/** A place in a task's time order; rows of the same millisecond are ordered by id. */
interface Position {
  readonly at: number;
  readonly id: string;
}

interface Owner {
  hold(row: Record<string, SQLOutputValue>): Held;
  /** Makes a change of a row's re-sent figures known to the sums. */
  adjust(held: Held, change: () => void): void;
}

/** Everything that follows from a row's place in its chain. */
interface Step extends ChainStep {
  readonly cache: CacheStep;
  readonly brokePico: Pico | null;
}

type Before = ChainState & { readonly cache: CacheState };

const pageSize = 256;

/**
 * Keeps on every row what it sent again (`core/transition.ts`), which depends on the row before it in its task.
 * New rows mostly come at the end of their task and are done at once; what comes or changes in between marks a stretch
 * of the task, which is gone through once at the end of the transaction.
 */
export class Chains {
  readonly #parts: WriterParts;
  readonly #owner: Owner;
  readonly #dirty = new Map<TaskEntry, { from: Position; to: Position }>();

  constructor(parts: WriterParts, owner: Owner) {
    this.#parts = parts;
    this.#owner = owner;
  }

  /** A row about to be inserted: sets its figures if it is the newest of its task, else remembers to. */
  append(held: Held): void {
    if (!held.chain) return;
    const { task, row } = held;
    const here = { at: row.seen.at, id: row.id };
    if (task.tail === undefined && !this.#dirty.has(task)) task.tail = this.#last(task, undefined) ?? null;
    if (task.tail === undefined || (task.tail !== null && compare(task.tail, here) >= 0)) {
      this.#mark(task, here);
      return;
    }
    const step = this.#step(held, task.tail ?? undefined);
    assign(row, step);
    task.tail = { ...here, ...step.next, cache: cacheState(row.seen) };
  }

  /** A row that is about to leave its place in a chain, or has just taken one. */
  moved(held: Held): void {
    if (held.chain) this.#mark(held.task, { at: held.row.seen.at, id: held.row.id });
  }

  /** A task's parent became known: its first request was a hand-over. */
  parentKnown(task: TaskEntry): void {
    const first = this.#parts.db
      .sql('SELECT at, id FROM requests WHERE task = ? AND chain = 1 ORDER BY at, id LIMIT 1')
      .get(task.n);
    if (first) this.#mark(task, { at: Number(first.at), id: String(first.id) });
  }

  /** Works off what was marked. */
  resolve(): void {
    for (const [task, { from, to }] of this.#dirty) this.#resolve(task, from, to);
    this.#dirty.clear();
  }

  reset(): void {
    this.#dirty.clear();
  }

  #mark(task: TaskEntry, here: Position): void {
    task.tail = undefined;
    const span = this.#dirty.get(task);
    if (!span) this.#dirty.set(task, { from: here, to: here });
    else if (compare(here, span.from) < 0) span.from = here;
    else if (compare(here, span.to) > 0) span.to = here;
  }

  #resolve(task: TaskEntry, from: Position, to: Position): void {
    let state: Before | undefined = this.#last(task, from);
    let next = this.#parts.db.sql(
      `${selectRequest} WHERE r.task = ? AND r.chain = 1 AND (r.at, r.id) >= (?, ?) ORDER BY r.at, r.id LIMIT ${pageSize}`,
    );
    let start = from;
    for (;;) {
      const page = next.all(task.n, start.at, start.id).map((row) => this.#owner.hold(row));
      for (const held of page) {
        const { row } = held;
        const here = { at: row.seen.at, id: row.id };
        const inForce = row.inForce;
        const step = this.#step(held, state);
        if (!isAssigned(row, step)) {
          this.#owner.adjust(held, () => assign(row, step));
          this.#parts.db
            .sql(
              `UPDATE requests SET inForce = ?, resentTokens = ?, resentPico = ?, switched = ?, fromMode = ?, againTokens = ?, againPico = ?,
               brokeTokens = ?, brokeCause = ?, brokePico = ?, grewTokens = ? WHERE n = ?`,
            )
            .run(
              row.inForce,
              row.resentTokens,
              row.resentPico,
              row.switched,
              row.fromMode,
              row.againTokens,
              row.againPico,
              row.brokeTokens,
              row.brokeCause,
              row.brokePico,
              row.grewTokens,
              row.n,
            );
        }
        // The first row behind the stretch saw another row before it; further ones only if the mode in force is another now.
        if (compare(here, to) > 0 && row.inForce === inForce) return;
        state = { ...step.next, cache: cacheState(row.seen) };
        start = here;
      }
      if (page.length < pageSize) {
        task.tail = state ? { ...start, ...state } : null;
        return;
      }
      next = this.#parts.db.sql(
        `${selectRequest} WHERE r.task = ? AND r.chain = 1 AND (r.at, r.id) > (?, ?) ORDER BY r.at, r.id LIMIT ${pageSize}`,
      );
    }
  }

  /** The last row of a task's chain, or the last one before a position. */
  #last(task: TaskEntry, before: Position | undefined): Tail | undefined {
    const { db, dims } = this.#parts;
    const where = `${selectRequest} WHERE r.task = ? AND r.chain = 1`;
    const found = before
      ? db.sql(`${where} AND (r.at, r.id) < (?, ?) ORDER BY r.at DESC, r.id DESC LIMIT 1`).get(task.n, before.at, before.id)
      : db.sql(`${where} ORDER BY r.at DESC, r.id DESC LIMIT 1`).get(task.n);
    if (!found) return undefined;
    const { id, inForce, seen } = fromDatabase(found, dims.get(Number(found.dim)));
    return { at: seen.at, id, before: promptTokens(seen.usage), mode: inForce, cache: cacheState(seen) };
  }

  #step({ row, task }: Held, state: Before | undefined): Step {
    return placeOf(row.seen, row.cost, state, task.parent !== null, this.#parts.price);
  }
}

/** What follows for a request from the one before it in its chain. */
export function placeOf(
  seen: Observation,
  cost: Pico | null,
  before: Before | undefined,
  handedOver: boolean,
  price: (p: Priceable) => Priced,
): Step {
  const prompt = before || handedOver ? promptCost(seen, cost, price) : null;
  const step = chainStep(before, { at: seen.at, mode: seen.mode?.name ?? '', usage: seen.usage, prompt }, handedOver);
  const cache = cacheStep(before?.cache, seen, step.transition?.kind === 'mode');
  return { ...step, cache, brokePico: cache.lostTokens ? breakCost(seen, cost, prompt, cache.lostTokens, price) : null };
}

function compare(a: Position, b: Position): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function switchedOf(step: Step): Switched {
  switch (step.transition?.kind) {
    case undefined:
      return 0;
    case 'mode':
      return 1;
    case 'hand-over':
      return 2;
  }
}

function assign(row: Draft, step: Step): void {
  row.inForce = step.next.mode;
  row.resentTokens = step.resentTokens;
  row.resentPico = step.resentCost;
  row.switched = switchedOf(step);
  row.fromMode = step.transition?.from ?? '';
  row.againTokens = step.transition?.resentTokens ?? 0;
  row.againPico = step.transition?.cost ?? null;
  row.brokeTokens = step.cache.lostTokens;
  row.brokeCause = step.cache.cause ?? '';
  row.brokePico = step.brokePico;
  row.grewTokens = step.cache.grewTokens;
}

function isAssigned(row: Draft, step: Step): boolean {
  return (
    row.inForce === step.next.mode &&
    row.resentTokens === step.resentTokens &&
    row.resentPico === step.resentCost &&
    row.switched === switchedOf(step) &&
    row.fromMode === (step.transition?.from ?? '') &&
    row.againTokens === (step.transition?.resentTokens ?? 0) &&
    row.againPico === (step.transition?.cost ?? null) &&
    row.brokeTokens === step.cache.lostTokens &&
    row.brokeCause === (step.cache.cause ?? '') &&
    row.brokePico === step.brokePico &&
    row.grewTokens === step.cache.grewTokens
  );
}
