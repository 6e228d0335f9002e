import { usePage } from '../context.ts';
import type { Page } from '../tables.ts';

/** Steps through a long table; nothing when it fits on one page. */
export function Pager({ page, onPage }: { readonly page: Page<unknown>; readonly onPage: (page: number) => void }) {
  const { text } = usePage();
  if (page.pages <= 1) return null;
  return (
    <nav class="pager" aria-label={text.t('page.nav')}>
      <button type="button" class="secondary" disabled={page.page === 0} onClick={() => onPage(page.page - 1)}>
        {text.t('page.previous')}
      </button>
      <span>{text.t('page.range', { from: text.number(page.from), to: text.number(page.to), all: text.number(page.all) })}</span>
      <button type="button" class="secondary" disabled={page.page === page.pages - 1} onClick={() => onPage(page.page + 1)}>
        {text.t('page.next')}
      </button>
    </nav>
  );
}
