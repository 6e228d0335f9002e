import type { ComponentChildren } from 'preact';
import { usePage } from '../context.ts';
import { type Tab, tabs } from '../nav.ts';
import { tabAfter } from '../tabKeys.ts';

/** The views as tabs: arrow keys, Home and End move between them, Tab goes on into the view. */
export function Tabs({ children }: { readonly children: ComponentChildren }) {
  const { text, nav, go } = usePage();
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = tabAfter(nav.tab, event.key, document.dir === 'rtl');
    if (!next) return;
    event.preventDefault();
    go({ kind: 'tab', tab: next });
    document.getElementById(tabId(next))?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={text.t('tab.list')} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={tabId(tab)}
            aria-selected={tab === nav.tab}
            aria-controls={tab === nav.tab ? 'view' : undefined}
            tabIndex={tab === nav.tab ? 0 : -1}
            onClick={() => go({ kind: 'tab', tab })}
          >
            {text.t(`tab.${tab}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="view" aria-labelledby={tabId(nav.tab)}>
        {children}
      </div>
    </>
  );
}

function tabId(tab: Tab): string {
  return `tab-${tab}`;
}
