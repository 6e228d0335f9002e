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

/** Between two requests an agent that is at work may rest for this long (ms). */
const atWork = 60_000;

/** Of what row of what table requests are listed. */
export interface ListedRow {
  readonly by: 'all' | 'mode' | 'model' | 'agent' | 'kind' | 'workspace' | 'branch' | 'day' | 'task';
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

  breakdown(selection: Selection, limits: { readonly tasks: number }): BreakdownShape {
    const sums = this.#selections.sums(selection);
    const answers = this.#selections.answers();
    const by = (dimension: 'mode' | 'model' | 'agent') => groupedBy(sums, dimension, selection.filter, answers);
    const words = (dimension: 'agent' | 'workspace' | 'branch') =>
      groupedBy(sums, dimension, undefined, answers)
        .slice(0, mostChoices)
        .map(({ key }) => key);
    const { ids, count: taskCount } = this.#dearest(selection, limits.tasks);
    return {
      total: totalShape(totalOf(sums, selection.filter, answers)),
      byMode: by('mode'),
      byModel: by('model'),
      byAgent: by('agent'),
      choices: { agents: words('agent'), workspaces: words('workspace'), branches: words('branch') },
      tasks: this.#tasks.list({ ids }),
      taskCount,
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
    // Its own requests, without those of its subtasks; a sample is told of itself.
    if (by === 'task') return this.#requests.list({ ...page, range: selection.range, filter: selection.filter, task: key });
    return this.#list(selection, page, (dim) => by === 'all' || keyOf(dim, by) === key);
  }

  /** A sample is listed in its own task only. */
  #list(
    { range, task, filter }: Selection,
    page: { readonly limit: number; readonly before?: { readonly at: number; readonly id: string } | undefined },
    passes: (dim: Dim) => boolean = () => true,
  ): RequestShape[] {
    const narrowed = { ...page, range, filter };
    if (task !== undefined) return this.#requests.list({ ...narrowed, task, tree: true, fits: passes });
    return this.#requests.list({ ...narrowed, fits: (dim) => !dim.sample && passes(dim) });
  }

  /** The dearest tasks of a selection, its own and what runs before all, and how many there are. */
  #dearest(selection: Selection, limit: number): { readonly ids: string[]; readonly count: number } {
    const { db, now } = this.#selections;
    const tasks = this.#selections.tasks(selection, true);
    const rows = db
      .sql(
        `${tasks.with} SELECT t.id FROM tasks t WHERE ${tasks.where} ORDER BY t.id = ? DESC,
           t.lastAt >= ? OR t.n IN (SELECT task FROM requests WHERE outcome = 'running' AND abandoned = 0) DESC,
           (SELECT SUM(reportedPico + pricedPico + estimatedPico) FROM taskSums WHERE task = t.n) DESC, t.lastAt DESC, t.id LIMIT ?`,
      )
      .all(...tasks.values, selection.task ?? '', now() - atWork, limit);
    const count = db.sql(`${tasks.with} SELECT COUNT(*) AS count FROM tasks t WHERE ${tasks.where}`).get(...tasks.values);
    return { ids: rows.map(({ id }) => String(id)), count: Number(count?.count ?? 0) };
  }
}
