import type { Observation } from '../core/request.ts';
import type { Database } from './database.ts';

/** The words of a request that sums are grouped by. Empty text = not told. */
export interface Dim {
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  readonly mode: string;
  readonly modeKind: string;
  readonly kind: string;
  readonly workspace: string;
  readonly branch: string;
  readonly billing: string;
  readonly sample: boolean;
}

export const dimColumns = ['agent', 'provider', 'model', 'mode', 'modeKind', 'kind', 'workspace', 'branch', 'billing'] as const;

export function dimOf(o: Observation): Dim {
  return {
    agent: o.agent,
    provider: o.provider,
    model: o.model,
    mode: o.mode?.name ?? '',
    modeKind: o.mode?.kind ?? '',
    kind: o.kind ?? '',
    workspace: o.workspace ?? '',
    branch: o.branch ?? '',
    billing: o.billing,
    sample: o.sample ?? false,
  };
}

/** Every combination seen so far by its number; a few hundred to a few thousand, so all are kept in memory. */
export class Dims {
  readonly #db: Database;
  readonly #byNumber = new Map<number, Dim>();
  readonly #byText = new Map<string, number>();

  constructor(db: Database) {
    this.#db = db;
  }

  of(o: Observation): number {
    return this.#number(dimOf(o));
  }

  get(dim: number): Dim {
    const known = this.#byNumber.get(dim);
    if (known) return known;
    this.#load();
    const found = this.#byNumber.get(dim);
    if (!found) throw new Error(`the ledger names an unknown dim ${dim}`);
    return found;
  }

  all(): readonly (readonly [number, Dim])[] {
    if (this.#byNumber.size === 0) this.#load();
    return [...this.#byNumber];
  }

  /** Forget everything: another connection wrote, or a transaction was rolled back. */
  clear(): void {
    this.#byNumber.clear();
    this.#byText.clear();
  }

  #number(dim: Dim): number {
    const text = textOf(dim);
    let number = this.#byText.get(text);
    if (number !== undefined) return number;
    if (this.#byText.size === 0) this.#load();
    number = this.#byText.get(text);
    if (number !== undefined) return number;
    const added = this.#db
      .sql(`INSERT INTO dims (${dimColumns.join(', ')}, sample) VALUES (${dimColumns.map(() => '?').join(', ')}, ?)`)
      .run(...dimColumns.map((name) => dim[name]), dim.sample ? 1 : 0);
    number = Number(added.lastInsertRowid);
    this.#remember(number, dim);
    return number;
  }

  #load(): void {
    for (const row of this.#db.sql('SELECT * FROM dims').iterate()) {
      const dim = { sample: row.sample === 1n } as { -readonly [K in keyof Dim]: Dim[K] };
      for (const name of dimColumns) dim[name] = String(row[name]);
      this.#remember(Number(row.dim), dim);
    }
  }

  #remember(number: number, dim: Dim): void {
    this.#byNumber.set(number, dim);
    this.#byText.set(textOf(dim), number);
  }
}

function textOf(dim: Dim): string {
  return `${dim.agent}\0${dim.provider}\0${dim.model}\0${dim.mode}\0${dim.modeKind}\0${dim.kind}\0${dim.workspace}\0${dim.branch}\0${dim.billing}\0${dim.sample ? 1 : 0}`;
}
