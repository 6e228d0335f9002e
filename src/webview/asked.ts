import { sameQuery } from '../protocol/names.ts';
import type { Asked } from '../protocol/webview.ts';
import { sameList } from './lists.ts';

export function sameAsked(a: Asked, b: Asked): boolean {
  if (a.kind === 'list') return b.kind === 'list' && sameList(a.list, b.list);
  return b.kind === 'view' && a.view === b.view && sameQuery(a.query, b.query);
}

export function isFailed(failed: readonly Asked[], asked: Asked): boolean {
  return failed.some((one) => sameAsked(one, asked));
}
