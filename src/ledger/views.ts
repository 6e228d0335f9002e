import type { Priceable, Priced } from '../core/request.ts';
import { groupedBy, keyOf, totalOf } from './breakdown.ts';
import type { Dim } from './dims.ts';
import { plan, slices } from './planQueries.ts';
import type { RequestQueries } from './requestQueries.ts';
import type { Selection, Selections } from './selection.ts';
import type { BreakdownShape, PlanShape, RequestShape, SliceShape, WhereShape, WhyShape } from './shapes.ts';
import type { TaskQueries } from './taskQueries.ts';
import { totalShape } from './toShapes.ts';
import { where } from './whereQueries.ts';
import { why } from './whyQueries.ts';

/** A list that is longer is not chosen from by hand. */
const mostChoices = 200;

/** Of what row of what table requests are listed. */
export interface ListedRow {
  readonly by: 'all' | 'mode' | 'model' | 'agent' | 'kind' | 'workspace' | 'branch' | 'day';
  readonly key: string;
}

/** The views of the breakdown: sums of a selection, and the lists behind them. All of it is read only. */
export class Views {
  readonly #selections: Selections;
  readonly #tasks: TaskQueries;
  readonly #requests: RequestQueries;
  readonly #price: (p: Priceable) => Priced;

  constructor(selections: Selections, tasks: TaskQueries, requests: RequestQueries, price: (p: Priceable) => Priced) {
    this.#selections = selections;
    this.#tasks = tasks;
    this.#requests = requests;
    this.#price = price;
  }

  breakdown(selection: Selection, limits: { readonly tasks: number; readonly requests: number }): BreakdownShape {
    const sums = this.#selections.sums(selection);
    const answers = this.#selections.answers();
    const by = (dimension: 'mode' | 'model' | 'agent') => groupedBy(sums, dimension, selection.filter, answers);
    const words = (dimension: 'agent' | 'workspace' | 'branch') =>
      groupedBy(sums, dimension, undefined, answers)
        .slice(0, mostChoices)
        .map(({ key }) => key);
    return {
      total: totalShape(totalOf(sums, selection.filter, answers)),
      byMode: by('mode'),
      byModel: by('model'),
      byAgent: by('agent'),
      choices: { agents: words('agent'), workspaces: words('workspace'), branches: words('branch') },
      tasks: this.#tasks.list({ ids: this.#taskIds(selection, limits.tasks) }),
      requests: this.#list(selection, { limit: limits.requests }),
    };
  }

  where(selection: Selection): WhereShape {
    return where(this.#selections, selection);
  }

  why(selection: Selection): WhyShape {
    return why(this.#selections, selection, this.#price);
  }

  plan(selection: Selection): PlanShape {
    return plan(this.#selections, selection);
  }

  /** What a folder cost between ascending moments, by branch. */
  slices(selection: Selection, workspace: string, edges: readonly number[]): SliceShape[] {
    return slices(this.#selections, selection, workspace, edges);
  }

  /** The requests behind a row, newest first. */
  list(
    selection: Selection,
    { by, key }: ListedRow,
    page: { readonly limit: number; readonly before?: { readonly at: number; readonly id: string } | undefined },
  ): RequestShape[] {
    if (by === 'day') {
      // A task has days of its own; of a range only that one is left.
      return this.#list({ ...selection, range: { from: key, to: key } }, page);
    }
    const samples = selection.task !== undefined;
    return this.#list(selection, page, (dim) => (samples || !dim.sample) && (by === 'all' || keyOf(dim, by) === key));
  }

  #list(
    { range, task, filter }: Selection,
    page: { readonly limit: number; readonly before?: { readonly at: number; readonly id: string } | undefined },
    passes?: (dim: Dim) => boolean,
  ): RequestShape[] {
    const narrowed = { ...page, range, filter, ...(passes ? { fits: passes } : {}) };
    return this.#requests.list(task === undefined ? narrowed : { ...narrowed, task, tree: true });
  }

  #taskIds(selection: Selection, limit: number): string[] {
    const tasks = this.#selections.tasks(selection, true);
    return this.#selections.db
      .sql(`${tasks.with} SELECT t.id FROM tasks t WHERE ${tasks.where} ORDER BY t.lastAt DESC, t.id LIMIT ?`)
      .all(...tasks.values, limit)
      .map((row) => String(row.id));
  }
}
