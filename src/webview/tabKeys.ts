import { type Tab, tabs } from './nav.ts';

/** The tab a key moves to from another, or nothing when the key is not one that moves. */
export function tabAfter(tab: Tab, key: string, rightToLeft: boolean): Tab | undefined {
  const forward = rightToLeft ? 'ArrowLeft' : 'ArrowRight';
  const backward = rightToLeft ? 'ArrowRight' : 'ArrowLeft';
  const at = tabs.indexOf(tab);
  switch (key) {
    case forward:
      return tabs[(at + 1) % tabs.length];
    case backward:
      return tabs[(at + tabs.length - 1) % tabs.length];
    case 'Home':
      return tabs[0];
    case 'End':
      return tabs.at(-1);
    default:
      return undefined;
  }
}
