import type { Breakdown, State } from '../protocol/state.ts';
import type { ToPage } from '../protocol/webview.ts';

/** What the host has told the page so far: whole snapshots, the newest of each kind. */
export interface Model {
  readonly locale: string;
  readonly strings: Readonly<Record<string, string>>;
  readonly state?: State;
  readonly breakdown?: Breakdown;
  /** Set while the service cannot be reached; what is shown stays, and is marked as old. */
  readonly problem?: string | undefined;
  /** Tasks for which Stop or Resume was pressed and the service has not answered yet. */
  readonly asked: Readonly<Record<string, 'stop' | 'resume'>>;
}

export const firstModel: Model = { locale: 'en', strings: {}, asked: {} };

export type ModelAction = ToPage | { readonly kind: 'asked'; readonly task: string; readonly what: 'stop' | 'resume' };

export function modelReducer(model: Model, action: ModelAction): Model {
  switch (action.kind) {
    case 'init':
      return { ...model, locale: usableLocale(action.locale), strings: action.strings };
    case 'state':
      return { ...model, state: action.state, problem: undefined, asked: stillAsked(model.asked, action.state) };
    case 'breakdown':
      return { ...model, breakdown: action.breakdown };
    case 'problem':
      return { ...model, problem: action.message, asked: {} };
    case 'asked':
      return { ...model, asked: { ...model.asked, [action.task]: action.what } };
  }
}

/** A pressed button is settled once the task is in the state it asked for, or is gone. */
function stillAsked(asked: Model['asked'], state: State): Model['asked'] {
  const open = Object.entries(asked).filter(([id, what]) => {
    const task = state.tasks.find((candidate) => candidate.id === id);
    return task !== undefined && (what === 'stop') !== (task.state === 'stopped');
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
