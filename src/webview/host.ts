import type { FromPage, ToPage } from '../protocol/webview.ts';
import { isToPage, type Misfit, misfitOf } from './messages.ts';
import { type Nav, restoreNav } from './nav.ts';

/** What VS Code puts into a webview's window; may be called once. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The page's only way out: typed messages to the extension, and the state VS Code keeps for the panel. */
export interface Host {
  readonly send: (message: FromPage) => void;
  readonly load: () => Nav;
  readonly save: (nav: Nav) => void;
  /** Calls back with every message of the host, with a `misfit` for one that does not fit; returns how to stop listening. */
  readonly listen: (receive: (message: ToPage | Misfit) => void) => () => void;
}

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    load: () => restoreNav(api.getState()),
    save: (nav) => api.setState(nav),
    listen: (receive) => {
      const onMessage = (event: MessageEvent<unknown>): void => {
        receive(isToPage(event.data) ? event.data : misfitOf(event.data));
      };
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
  };
}
