import type { State } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { ScanProgress } from './scanProgress.tsx';

/** Nothing yet: how to start, without a key and with one. */
export function Empty({ state }: { readonly state: State }) {
  const { text, command } = usePage();
  const { scan } = state;
  return (
    <section class="empty" aria-labelledby="empty">
      <h2 id="empty">{text.t('empty.title')}</h2>
      <p>{text.t('empty.start')}</p>
      {!scan.done && <ScanProgress scan={scan} />}
      {scan.agents.length > 0 && <p class="hint">{text.t('empty.read', { agents: scan.agents.map(text.agent).join(', ') })}</p>}
      <div class="choices">
        <div>
          <button type="button" class="primary" onClick={() => command('runSample')}>
            {text.t('empty.sample')}
          </button>
          <p class="hint">{text.t('empty.sampleHint')}</p>
        </div>
        {!state.guard.on && (
          <div>
            <button type="button" class="secondary" onClick={() => command('guardOn')}>
              {text.t('empty.guard')}
            </button>
            <p class="hint">{text.t('empty.guardHint')}</p>
          </div>
        )}
      </div>
    </section>
  );
}
