import type { Currency } from '../core/format.ts';
import type { PolicyRow } from '../protocol/advice.ts';
import type { Breakdown, State } from '../protocol/state.ts';
import type { List, Plan, Where, Why, Worth } from '../protocol/views.ts';
import type { Asked, ToPage } from '../protocol/webview.ts';
import { isFailed, sameAsked } from './asked.ts';
import { type Loaded, withPage } from './lists.ts';
import type { Misfit } from './messages.ts';

export interface Pressed {
  readonly what: 'stop' | 'resume';
  /** The time of the snapshot it was asked at. */
  readonly since: number;
}

/** A stop that takes longer than this has gone wrong, and the button says so by being itself again (ms). */
const patience = 3_000;

/** What the host has told the page so far: whole snapshots, the newest of each kind. */
export interface Model {
  readonly locale: string;
  readonly strings: Readonly<Record<string, string>>;
  readonly currency?: Currency | undefined;
  /** Of the machine the meter runs on. */
  readonly timeZone?: string | undefined;
  readonly state?: State;
  readonly breakdown?: Breakdown;
  readonly where?: Where;
  readonly why?: Why;
  readonly plan?: Plan;
  readonly worth?: Worth;
  readonly list?: List;
  /** The own requests of tasks that were looked at. */
  readonly ofTasks: Readonly<Record<string, Loaded>>;
  /** What could not be read, until it is asked for again or comes. */
  readonly failed: readonly Asked[];
  readonly policy?: readonly PolicyRow[];
  /** Set while the service cannot be reached; what is shown stays, and is marked as old. */
  readonly problem?: string | undefined;
  /** Kinds of messages whose newest one could not be read. */
  readonly misfits: readonly Misfit['claims'][];
  /** Tasks for which Stop or Resume was pressed and the service has not answered yet. */
  readonly asked: Readonly<Record<string, Pressed>>;
}

export const firstModel: Model = { locale: 'en', strings: {}, ofTasks: {}, failed: [], misfits: [], asked: {} };

export type ModelAction =
  | ToPage
  | Misfit
  | { readonly kind: 'asked'; readonly task: string; readonly what: 'stop' | 'resume' }
  /** Something is asked for: a failure before is over. */
  | { readonly kind: 'asking'; readonly asked: Asked };

export function modelReducer(model: Model, action: ModelAction): Model {
  return withoutMisfit(reduce(model, action), action.kind);
}

/** A good message of a kind takes back the complaint about an earlier one of it. */
function withoutMisfit(model: Model, kind: ModelAction['kind']): Model {
  if (!model.misfits.some((claims) => claims === kind)) return model;
  return { ...model, misfits: model.misfits.filter((claims) => claims !== kind) };
}

function reduce(model: Model, action: ModelAction): Model {
  switch (action.kind) {
    case 'init':
      return {
        ...model,
        locale: usableLocale(action.locale),
        strings: action.strings,
        currency: action.currency,
        timeZone: usableZone(action.timeZone),
      };
    case 'state':
      return { ...model, state: action.state, problem: undefined, asked: stillAsked(model, action.state) };
    case 'breakdown':
      return { ...model, breakdown: action.breakdown };
    case 'where':
      return { ...withoutFailure(model, { kind: 'view', view: 'where', query: action.where.query }), where: action.where };
    case 'why':
      return { ...withoutFailure(model, { kind: 'view', view: 'why', query: action.why.query }), why: action.why };
    case 'plan':
      return { ...withoutFailure(model, { kind: 'view', view: 'plan', query: action.plan.query }), plan: action.plan };
    case 'worth':
      return { ...withoutFailure(model, { kind: 'view', view: 'worth', query: action.worth.query }), worth: action.worth };
    case 'list':
      return withList(withoutFailure(model, { kind: 'list', list: action.list.list }), action.list);
    case 'failed':
      return isFailed(model.failed, action.asked) ? model : { ...model, failed: [...model.failed, action.asked] };
    case 'asking':
      return withoutFailure(model, action.asked);
    case 'policy':
      return { ...model, policy: action.policy };
    case 'problem':
      return { ...model, problem: action.message, asked: {} };
    case 'misfit':
      return model.misfits.includes(action.claims) ? model : { ...model, misfits: [...model.misfits, action.claims] };
    case 'asked':
      return { ...model, asked: { ...model.asked, [action.task]: { what: action.what, since: model.state?.now ?? 0 } } };
  }
}

function withoutFailure(model: Model, asked: Asked): Model {
  if (!isFailed(model.failed, asked)) return model;
  return { ...model, failed: model.failed.filter((one) => !sameAsked(one, asked)) };
}

function withList(model: Model, list: List): Model {
  const { by, key } = list.list;
  if (by !== 'task') return { ...model, list };
  const loaded = withPage(model.ofTasks[key], list);
  return loaded ? { ...model, ofTasks: { ...model.ofTasks, [key]: loaded } } : model;
}

/**
 * A pressed button is settled once the task is in the state it asked for or is gone, when that takes too long, and when
 * the host sends the same snapshot again: that is how it says that nothing came of it.
 */
function stillAsked({ asked, state: before }: Model, state: State): Model['asked'] {
  if (before?.now === state.now) return {};
  const open = Object.entries(asked).filter(([id, { what, since }]) => {
    const task = state.tasks.find((candidate) => candidate.id === id);
    return task !== undefined && (what === 'stop') !== (task.state === 'stopped') && state.now - since < patience;
  });
  return open.length === Object.keys(asked).length ? asked : Object.fromEntries(open);
}

/** Editors name locales that `Intl` may not know (`qps-ploc`); English numbers are better than no page. */
function usableLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** The browser may not know every zone that Node does. */
function usableZone(timeZone: string | undefined): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
