import type { Asked } from '../../protocol/webview.ts';
import { isFailed } from '../asked.ts';
import { usePage } from '../context.ts';
import { ShapeIcon } from '../icons.tsx';

/** Something is on its way; or it could not be had, with a way to try again. */
export function Loading({ asked }: { readonly asked: Asked }) {
  const { text, model } = usePage();
  return isFailed(model.failed, asked) ? <Failure asked={asked} /> : <p class="hint">{text.t('view.loading')}</p>;
}

/** The view that is chosen is on its way. */
export function LoadingView() {
  const { nav } = usePage();
  return <Loading asked={{ kind: 'view', view: nav.tab, query: nav.query }} />;
}

/** What is shown could not be read anew, or not go on. */
export function Failure({ asked }: { readonly asked: Asked }) {
  const { text, model, ask } = usePage();
  if (!isFailed(model.failed, asked)) return null;
  return (
    <p class="failure" role="status">
      <ShapeIcon name="warning" />
      <span>
        {text.t('view.failed')}{' '}
        <button type="button" class="link" onClick={() => ask(asked)}>
          {text.t('view.again')}
        </button>
      </span>
    </p>
  );
}
