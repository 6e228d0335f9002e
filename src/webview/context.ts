import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Allowance, CardAction } from '../core/adviceNames.ts';
import type { Asked, ExportedTable, FromPage } from '../protocol/webview.ts';
import { firstModel, type Model } from './model.ts';
import { firstNav, type Nav, type NavAction } from './nav.ts';
import { makeText, type Text } from './strings.ts';

export type PageCommand = Extract<FromPage, { kind: 'command' }>['command'];

/** What every view needs: words, what is known, where the reader is, and what a press can do. */
export interface PageContext {
  readonly text: Text;
  readonly model: Model;
  readonly nav: Nav;
  readonly go: (action: NavAction) => void;
  /** Asks the host for what is shown, again where it failed. */
  readonly ask: (asked: Asked) => void;
  readonly stop: (task: string) => void;
  readonly resume: (task: string) => void;
  /** Asks for a larger budget. */
  readonly raise: (task: string) => void;
  readonly command: (command: PageCommand) => void;
  readonly copyReceipt: (task: string) => void;
  readonly answerCard: (id: string, action: CardAction) => void;
  /** Whether a cheaper model may be offered for a mode or kind of request. */
  readonly allow: (name: string, allow: Allowance) => void;
  /** A table that is on the page now, by a name of its own: `undefined` when it leaves. It is made when someone exports. */
  readonly offer: (name: string, make: (() => ExportedTable) | undefined) => void;
  /** Hands every table that is seen to the extension. */
  readonly exportSeen: () => void;
}

const nothing = (): void => undefined;

export const Page = createContext<PageContext>({
  text: makeText('en', {}),
  model: firstModel,
  nav: firstNav,
  go: nothing,
  ask: nothing,
  stop: nothing,
  resume: nothing,
  raise: nothing,
  command: nothing,
  copyReceipt: nothing,
  answerCard: nothing,
  allow: nothing,
  offer: nothing,
  exportSeen: nothing,
});

export function usePage(): PageContext {
  return useContext(Page);
}

/** Offers a table for export as long as it is shown. */
export function useExport(name: string, make: () => ExportedTable): void {
  const { offer } = usePage();
  useEffect(() => {
    offer(name, make);
    return () => offer(name, undefined);
  });
}
