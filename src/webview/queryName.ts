import type { Query } from '../protocol/query.ts';
import type { Text } from './strings.ts';

/** What a query is about in words: `Last 7 days · Kilo Code · shop-api · main`. */
export function queryName(query: Query, text: Text): string {
  const range =
    query.range === 'custom'
      ? text.t('range.span', { from: query.from ?? '', to: query.to ?? '' })
      : text.t(`range.${query.range}`);
  const told = (word: string | undefined, shown = word): readonly string[] =>
    word === undefined ? [] : [shown || text.t('where.untold')];
  return [
    range,
    ...told(query.agent, query.agent && text.agent(query.agent)),
    ...told(query.workspace, text.folder(query.workspace)),
    ...told(query.branch),
  ].join(' · ');
}
