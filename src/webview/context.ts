import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FromPage } from '../protocol/webview.ts';
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
  readonly stop: (task: string) => void;
  readonly resume: (task: string) => void;
  readonly command: (command: PageCommand) => void;
}

const nothing = (): void => undefined;

export const Page = createContext<PageContext>({
  text: makeText('en', {}),
  model: firstModel,
  nav: firstNav,
  go: nothing,
  stop: nothing,
  resume: nothing,
  command: nothing,
});

export function usePage(): PageContext {
  return useContext(Page);
}
