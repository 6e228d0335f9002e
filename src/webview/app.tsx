import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import type { Asked, ExportedTable } from '../protocol/webview.ts';
import { Hatchings } from './charts/stackBar.tsx';
import { Page, type PageContext, usePage } from './context.ts';
import { folderNames, foldersIn } from './folders.ts';
import type { Host } from './host.ts';
import { ShapeIcon } from './icons.tsx';
import { listOf } from './lists.ts';
import { LiveRegion } from './liveRegion.tsx';
import { firstModel, type Model, modelReducer } from './model.ts';
import { navReducer } from './nav.ts';
import { makeText } from './strings.ts';
import { Basis } from './views/basis.tsx';
import { Header } from './views/header.tsx';
import { Now } from './views/now.tsx';
import { PlanView } from './views/plan.tsx';
import { QueryBar } from './views/queryBar.tsx';
import { Tabs } from './views/tabs.tsx';
import { Where } from './views/where.tsx';
import { WhyView } from './views/why.tsx';
import { WorthView } from './views/worth.tsx';

/** The whole page: listens to the host, keeps the reader's place, and shows the newest snapshots. */
export function App({ host }: { readonly host: Host }) {
  const [model, tell] = useReducer(modelReducer, firstModel);
  const [nav, go] = useReducer(navReducer, host, (from) => from.load());
  const { locale, strings, currency, timeZone } = model;
  // The words stay the same ones as long as the workspaces do, whatever ticks.
  const paths = foldersIn(model).join('\0');
  const text = useMemo(
    () => makeText(locale, strings, { currency, timeZone, folders: folderNames(paths.split('\0')) }),
    [locale, strings, currency, timeZone, paths],
  );

  useEffect(() => {
    const stopListening = host.listen(tell);
    host.send({ kind: 'ready' });
    return stopListening;
  }, [host]);
  const ask = useMemo(
    () =>
      (asked: Asked): void => {
        host.send(asked);
        tell({ kind: 'asking', asked });
      },
    [host],
  );
  useEffect(() => ask({ kind: 'view', view: nav.tab, query: nav.query }), [ask, nav.tab, nav.query]);
  // The breakdown comes anew whenever something was spent, and at its own pace: the list under it keeps up with it.
  useEffect(() => {
    if (nav.row && nav.tab === 'where') ask({ kind: 'list', list: listOf(nav.query, nav.row) });
  }, [ask, nav.tab, nav.query, nav.row, model.breakdown]);
  useEffect(() => host.save(nav), [host, nav]);
  useEffect(() => {
    document.documentElement.lang = model.locale;
  }, [model.locale]);

  const tables = useRef(new Map<string, () => ExportedTable>());
  const page = useMemo(
    (): PageContext => ({
      text,
      model,
      nav,
      go,
      ask,
      stop: (task) => {
        host.send({ kind: 'stop', task });
        tell({ kind: 'asked', task, what: 'stop' });
      },
      resume: (task) => {
        host.send({ kind: 'resume', task });
        tell({ kind: 'asked', task, what: 'resume' });
      },
      raise: (task) => host.send({ kind: 'raise', task }),
      command: (command) => host.send({ kind: 'command', command }),
      copyReceipt: (task) => host.send({ kind: 'receipt', task }),
      answerCard: (id, action) => host.send({ kind: 'card', id, action }),
      allow: (name, allow) => host.send({ kind: 'allow', name, allow }),
      offer: (name, make) => {
        if (make) tables.current.set(name, make);
        else tables.current.delete(name);
      },
      exportSeen: () => host.send({ kind: 'export', tables: [...tables.current.values()].map((make) => make()) }),
    }),
    [host, text, model, nav, ask],
  );
  return (
    <Page.Provider value={page}>
      <main>
        <Hatchings />
        <LiveRegion />
        {model.misfits.length > 0 && <MisfitLine />}
        <Content model={model} />
      </main>
    </Page.Provider>
  );
}

function Content({ model }: { readonly model: Model }) {
  const { text, nav } = usePage();
  const { state, breakdown } = model;
  if (!state)
    return model.problem === undefined ? <p class="waiting">{text.t('waiting')}</p> : <Problem message={model.problem} />;
  return (
    <>
      {model.problem !== undefined && <Problem message={model.problem} since={state.now} />}
      <Header state={state} />
      <Tabs>
        <QueryBar state={state} breakdown={breakdown} />
        {nav.tab === 'now' && <Now state={state} />}
        {nav.tab === 'where' && <Where state={state} breakdown={breakdown} />}
        {nav.tab === 'why' && <WhyView />}
        {nav.tab === 'plan' && <PlanView />}
        {nav.tab === 'worth' && <WorthView now={state.now} />}
        {nav.tab === 'basis' && <Basis state={state} breakdown={breakdown} />}
      </Tabs>
    </>
  );
}

function MisfitLine() {
  const { text } = usePage();
  return (
    <p class="misfit" role="status">
      <ShapeIcon name="warning" />
      <span>{text.t('problem.misfit')}</span>
    </p>
  );
}

/** What happened and what to do; the numbers below stay, with their age. */
function Problem({ message, since }: { readonly message: string; readonly since?: number }) {
  const { text } = usePage();
  return (
    <section class="problem" aria-labelledby="problem">
      <ShapeIcon name="exceeded" />
      <div>
        <h2 id="problem">{text.t('problem.title')}</h2>
        <p>{message}</p>
        {since !== undefined && <p class="hint">{text.t('problem.stale', { time: text.time(since, Date.now()) })}</p>}
      </div>
    </section>
  );
}
