import type { TaskRow } from '../../protocol/rows.ts';
import type { State } from '../../protocol/state.ts';
import type { ExportedTable } from '../../protocol/webview.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import { ShapeIcon } from '../icons.tsx';
import type { Text } from '../strings.ts';
import { allTokens } from '../sums.ts';
import { flatten, isActive, narrowed, taskTrees } from '../tasks.ts';
import { Empty } from './empty.tsx';
import { TaskCard } from './taskCard.tsx';

function spentNothing({ month, week }: State): boolean {
  return month.requests === 0 && week.total.requests === 0;
}

function isStopped(task: TaskRow): boolean {
  return task.state === 'stopped';
}

/** Tasks as a table of exact figures. */
function tasksExport(text: Text, tasks: readonly TaskRow[]): ExportedTable {
  const columns = [
    'column.task',
    'column.parent',
    'column.agent',
    'column.mode',
    'column.model',
    'column.state',
    'column.requests',
    'column.tokens',
    'column.unpricedTokens',
    'column.metered',
    'column.billing',
    'basis.basis',
    'column.last',
  ] as const;
  return {
    caption: text.t('now.running'),
    columns: columns.map((key) => (key === 'column.metered' ? inUsd(text.t(key)) : text.t(key))),
    rows: tasks.map((task) => [
      task.id,
      task.parent ?? '',
      task.agent,
      task.mode,
      task.model,
      task.state,
      task.requests,
      allTokens(task.usage),
      task.unpricedTokens,
      task.usd,
      task.billing,
      task.basis,
      new Date(task.lastAt).toISOString(),
    ]),
  };
}

/** Running and recent tasks as trees, with Stop and Resume right there. */
export function Now({ state }: { readonly state: State }) {
  const { text, command, nav } = usePage();
  const trees = taskTrees(narrowed(state.tasks, nav.query));
  useExport('now', () => tasksExport(text, flatten(trees)));
  if (trees.length === 0 && spentNothing(state)) return <Empty state={state} />;
  const active = trees.filter(isActive);
  const recent = trees.filter((node) => !isActive(node));
  return (
    <>
      <section aria-labelledby="running">
        <div class="section-head">
          <h2 id="running">{text.t(flatten(active).some(isStopped) ? 'now.runningAndStopped' : 'now.running')}</h2>
          <button type="button" class="link" onClick={() => command('setBudget')}>
            {text.t('action.setBudget')}
          </button>
        </div>
        {active.length === 0 && <p class="hint">{text.t('now.none')}</p>}
        <ul class="tasks">
          {active.map((node, index) => (
            <TaskCard key={node.task.id} node={node} now={state.now} openAtFirst={index === 0} />
          ))}
        </ul>
      </section>
      {recent.length > 0 && (
        <section aria-labelledby="recent">
          <h2 id="recent">{text.t('now.recent')}</h2>
          <ul class="tasks">
            {recent.map((node) => (
              <TaskCard key={node.task.id} node={node} now={state.now} openAtFirst={false} />
            ))}
          </ul>
        </section>
      )}
      {!state.guard.on && (
        <p class="note">
          <ShapeIcon name="info" />
          <span>
            {text.t('guard.wouldAdd')}{' '}
            <button type="button" class="link" onClick={() => command('guardOn')}>
              {text.t('guard.action')}
            </button>
          </span>
        </p>
      )}
    </>
  );
}
