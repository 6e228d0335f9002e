import { better } from '../core/merge.ts';
import { errorOf } from '../core/plusMinus.ts';
import { fixedCost } from '../core/promptFacts.ts';
import type { Observation, Priceable, Priced } from '../core/request.ts';
import { inChain, promptCost } from '../core/transition.ts';
import { endOfBoth, isTurn } from '../core/turn.ts';
import { Chains } from './chains.ts';
import { clean, mostCost, sameObservation } from './clean.ts';
import type { Database } from './database.ts';
import type { Days } from './days.ts';
import type { Dims } from './dims.ts';
import { findPartner, findTurn } from './partner.ts';
import {
  countedOf,
  type Draft,
  fromDatabase,
  gatewayKey,
  idOf,
  requestColumns,
  type StoredRequest,
  selectRequest,
  sourceBits,
  valuesOf,
} from './record.ts';
import { SumChanges } from './sums.ts';
import type { TaskBook, TaskEntry } from './taskBook.ts';

/** A row in the hands of the writer, with where it counts. */
export interface Held {
  readonly row: Draft;
  task: TaskEntry;
  dim: number;
  day: number;
  chain: boolean;
}

export interface WriterParts {
  readonly db: Database;
  readonly days: Days;
  readonly dims: Dims;
  readonly tasks: TaskBook;
  readonly price: (p: Priceable) => Priced;
  readonly priceRevision: number;
  readonly now: () => number;
}

const insertSql = `INSERT INTO requests (${requestColumns.join(', ')}) VALUES (${requestColumns.map(() => '?').join(', ')})`;
const updateSql = `UPDATE requests SET ${requestColumns.map((name) => `${name} = ?`).join(', ')} WHERE n = ?`;

/**
 * The one way rows come to be and change. Everything here runs inside one transaction of the ledger's; `finish` writes
 * what the rows' changes mean for sums and tasks, `reset` forgets them after a rollback.
 */
export class Writer {
  readonly #parts: WriterParts;
  readonly #changes = new SumChanges();
  readonly #chains: Chains;
  readonly #held = new Map<number, Held>();
  readonly #changed = new Set<Held>();
  readonly #touched = new Set<TaskEntry>();

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#chains = new Chains(parts, {
      hold: (row) => this.#hold(row),
      adjust: (held, change) => this.#adjust(held, change),
    });
  }

  observe(raw: Observation): void {
    const { db, tasks } = this.#parts;
    const seen = clean(raw, this.#parts.now());
    /** Names that belong to another request: some providers give all their answers one id. */
    const taken = new Set<string>();
    const task = tasks.ensure(seen.task, seen.agent);
    if (seen.parent !== undefined && tasks.setParent(task, seen.parent, seen.agent)) this.#chains.parentKnown(task);
    const ended = seen.outcome === 'running' ? undefined : seen.at;
    let target: Held | undefined;
    for (const key of seen.keys) {
      const found = db.sql('SELECT request FROM requestKeys WHERE key = ?').get(key);
      const held = found && this.byNumber(Number(found.request));
      if (!held || held === target) continue;
      if (!passedOnce([...held.row.seen.keys, ...seen.keys, ...(target?.row.seen.keys ?? [])])) taken.add(key);
      else if (target) {
        this.#name(target.task, held.task);
        this.#join(target, held);
      } else target = held;
    }
    const o = taken.size ? { ...seen, keys: seen.keys.filter((key) => !taken.has(key)) } : seen;
    if (!target) {
      const fresh = this.#draft(o, ended);
      target = findPartner(this.#parts, fresh, (row) => this.#hold(row));
      if (target) {
        this.#name(target.task, fresh.task);
        this.#merge(target, fresh.row);
        this.#joinTurns(target);
      } else this.#insert(fresh);
      return;
    }
    const wasRunning = target.row.seen.outcome === 'running';
    this.#name(target.task, task);
    this.#merge(target, { seen: o, endedAt: ended, sources: sourceBits[o.source], abandoned: false });
    // A turn that is written down while it lasts may have grown over requests of its own.
    if ((wasRunning && target.row.seen.outcome !== 'running') || isTurn(target.row.seen.keys)) this.#joinPartner(target);
  }

  /** Marks a row whose process died while it ran. What is known of it stays, as an estimate. */
  abandon(held: Held): void {
    this.#takeOut(held);
    held.row.abandoned = true;
    this.#priceRow(held);
    this.#putBack(held);
    this.#joinPartner(held);
  }

  /** Puts the row that owns a key at another moment. */
  redate(key: string, at: number): void {
    const found = this.#parts.db.sql('SELECT request FROM requestKeys WHERE key = ?').get(key);
    const held = found && this.byNumber(Number(found.request));
    if (!held) return;
    this.#takeOut(held);
    held.row.seen = { ...held.row.seen, at };
    this.#putBack(held);
  }

  /** Prices a row anew. Answers whether that changed anything. */
  reprice(held: Held): boolean {
    const { cost, basis } = held.row;
    const priced = this.#priced(held.row);
    if (priced.cost === cost && priced.basis === basis && held.row.priceRevision === this.#parts.priceRevision) return false;
    this.#takeOut(held);
    this.#priceRow(held);
    this.#putBack(held);
    return priced.cost !== cost || priced.basis !== basis;
  }

  byNumber(n: number): Held | undefined {
    const known = this.#held.get(n);
    if (known) return known;
    const row = this.#parts.db.sql(`${selectRequest} WHERE r.n = ?`).get(n);
    return row && this.#hold(row);
  }

  /** Ends the transaction's work: chains, sums, tasks. Answers the rows that changed, as they now are, and the days they are on. */
  finish(): { rows: StoredRequest[]; days: number[] } {
    this.#chains.resolve();
    const days = this.#changes.flush(this.#parts.db);
    for (const task of this.#touched) this.#parts.tasks.refresh(task);
    const rows = [...this.#changed].map((held) => held.row);
    this.reset();
    return { rows, days };
  }

  reset(): void {
    this.#chains.reset();
    this.#changes.clear();
    this.#held.clear();
    this.#changed.clear();
    this.#touched.clear();
  }

  #hold(row: Record<string, null | number | bigint | string | NodeJS.NonSharedUint8Array>): Held {
    const known = this.#held.get(Number(row.n));
    if (known) return known;
    const { dims, tasks, days } = this.#parts;
    const dim = Number(row.dim);
    const draft = fromDatabase(row, dims.get(dim));
    const task = tasks.byNumber(Number(row.task));
    if (!task) throw new Error(`the ledger names an unknown task ${row.task}`);
    const held: Held = { row: draft, task, dim, day: days.dayOf(draft.seen.at), chain: row.chain === 1n };
    this.#held.set(draft.n, held);
    return held;
  }

  /** A row that is not in the database yet. */
  #draft(o: Observation, endedAt: number | undefined): Held {
    const seen = o.keys.length > 1 ? { ...o, keys: [...new Set(o.keys)].sort() } : o;
    const row: Draft = {
      n: 0,
      id: idOf(seen.keys),
      replaced: [],
      seen,
      endedAt,
      sources: sourceBits[o.source],
      abandoned: false,
      cost: null,
      basis: 'unpriced',
      errorPico: 0n,
      priceRevision: this.#parts.priceRevision,
      inForce: '',
      resentTokens: 0,
      resentPico: 0n,
      switched: 0,
      fromMode: '',
      againTokens: 0,
      againPico: null,
      fixedPico: null,
      brokeTokens: 0,
      brokeCause: '',
      brokePico: null,
      grewTokens: 0,
    };
    const { dims, tasks, days } = this.#parts;
    return {
      row,
      task: tasks.ensure(o.task, o.agent),
      dim: dims.of(seen),
      day: days.dayOf(seen.at),
      chain: inChain(seen.kind, seen.outcome, seen.usage),
    };
  }

  #insert(held: Held): void {
    const { db } = this.#parts;
    this.#priceRow(held);
    this.#chains.append(held);
    held.row.n = Number(db.sql(insertSql).run(...this.#values(held)).lastInsertRowid);
    for (const key of held.row.seen.keys) this.#own(key, held);
    this.#held.set(held.row.n, held);
    this.#count(held, 1);
  }

  #merge(held: Held, from: Pick<StoredRequest, 'seen' | 'endedAt' | 'sources' | 'abandoned'>): void {
    const { row } = held;
    const seen = better(row.seen, from.seen);
    const never = Number.POSITIVE_INFINITY;
    const endedAt = endOfBoth(row.seen.keys, row.endedAt ?? never, from.seen.keys, from.endedAt ?? never);
    const sources = row.sources | from.sources;
    const abandoned = row.abandoned || from.abandoned;
    if (
      sameObservation(row.seen, seen) &&
      endedAt === (row.endedAt ?? never) &&
      sources === row.sources &&
      abandoned === row.abandoned
    ) {
      return;
    }
    this.#takeOut(held);
    const known = new Set(row.seen.keys);
    for (const key of seen.keys) if (!known.has(key)) this.#own(key, held);
    row.seen = seen;
    row.endedAt = Number.isFinite(endedAt) ? endedAt : undefined;
    row.sources = sources;
    row.abandoned = abandoned;
    const id = idOf(seen.keys);
    if (id !== row.id) {
      row.replaced = [...row.replaced, row.id].filter((old) => old !== id);
      row.id = id;
    }
    this.#priceRow(held);
    this.#putBack(held);
  }

  /** Two rows turn out to be one request: `gone` becomes part of `stays`. */
  #join(stays: Held, gone: Held): void {
    const { db } = this.#parts;
    this.#takeOut(gone);
    db.sql('DELETE FROM requests WHERE n = ?').run(gone.row.n);
    for (const key of gone.row.seen.keys) this.#own(key, stays);
    this.#held.delete(gone.row.n);
    this.#changed.delete(gone);
    stays.row.replaced = [...stays.row.replaced, ...gone.row.replaced, gone.row.id];
    this.#merge(stays, gone.row);
    stays.row.replaced = stays.row.replaced.filter((id) => id !== stays.row.id);
  }

  #joinPartner(held: Held): void {
    const partner = findPartner(this.#parts, held, (row) => this.#hold(row));
    if (!partner) return;
    this.#name(held.task, partner.task);
    this.#join(held, partner);
    this.#joinTurns(held);
  }

  /** A request may lie in more than one record of a whole turn: none of them counts beside it. */
  #joinTurns(held: Held): void {
    for (;;) {
      const turn = isTurn(held.row.seen.keys) ? undefined : findTurn(this.#parts, held, (row) => this.#hold(row));
      if (!turn) return;
      this.#name(held.task, turn.task);
      this.#join(held, turn);
    }
  }

  /** One request was seen in two tasks: one of them may be only a mark of ours for the other. */
  #name(a: TaskEntry, b: TaskEntry): void {
    const hung = a === b ? undefined : this.#parts.tasks.name(a, b);
    if (hung) this.#chains.parentKnown(hung);
  }

  #own(key: string, held: Held): void {
    this.#parts.db
      .sql('INSERT INTO requestKeys (key, request) VALUES (?, ?) ON CONFLICT DO UPDATE SET request = excluded.request')
      .run(key, held.row.n);
  }

  #takeOut(held: Held): void {
    this.#count(held, -1);
    this.#chains.moved(held);
  }

  #putBack(held: Held): void {
    const { db, dims, tasks, days } = this.#parts;
    const { row } = held;
    held.dim = dims.of(row.seen);
    held.day = days.dayOf(row.seen.at);
    held.task = tasks.ensure(row.seen.task, row.seen.agent);
    held.chain = inChain(row.seen.kind, row.seen.outcome, row.seen.usage);
    if (!held.chain) {
      Object.assign(row, {
        inForce: '',
        resentTokens: 0,
        resentPico: 0n,
        switched: 0,
        fromMode: '',
        againTokens: 0,
        againPico: null,
        brokeTokens: 0,
        brokeCause: '',
        brokePico: null,
        grewTokens: 0,
      });
    }
    db.sql(updateSql).run(...this.#values(held), row.n);
    this.#count(held, 1);
    this.#chains.moved(held);
  }

  /** Changes fields of a row that only sums depend on. */
  #adjust(held: Held, change: () => void): void {
    this.#count(held, -1);
    change();
    this.#count(held, 1);
  }

  #count(held: Held, sign: 1 | -1): void {
    this.#changes.add(held.row, { day: held.day, dim: held.dim, task: held.task.n }, sign);
    this.#touched.add(held.task);
    this.#changed.add(held);
    held.task.sources |= held.row.sources;
  }

  #values(held: Held) {
    const { seen } = held.row;
    const parent = seen.parent === undefined ? null : this.#parts.tasks.ensure(seen.parent, seen.agent).n;
    return valuesOf(held.row, held.task.n, parent, held.dim, held.chain);
  }

  #priceRow({ row }: Held): void {
    const priced = this.#priced(row);
    row.cost = priced.cost;
    row.basis = priced.basis;
    row.errorPico = errorOf(priced.cost, priced.basis, row.seen.prediction);
    row.priceRevision = this.#parts.priceRevision;
    const { facts, usage } = row.seen;
    const prompt = facts && promptCost(row.seen, row.cost, this.#parts.price);
    row.fixedPico = facts && prompt ? fixedCost(facts, usage, prompt) : null;
  }

  #priced(row: StoredRequest): Priced {
    const counted = countedOf(row);
    const priced = this.#parts.price(counted === row.seen.counted ? row.seen : { ...row.seen, counted });
    if (priced.cost !== null && (priced.cost > mostCost || priced.cost < -mostCost)) return { cost: null, basis: 'unpriced' };
    return priced;
  }
}

/** The gateway sees each request once, under a key of its own: with two of those these are two requests. */
function passedOnce(keys: readonly string[]): boolean {
  return new Set(keys.filter((key) => key.startsWith(gatewayKey))).size <= 1;
}
