import { useEffect } from 'preact/hooks';
import type { TaskRow } from '../../protocol/rows.ts';
import { RequestColumns } from '../charts/requestColumns.tsx';
import { usePage } from '../context.ts';
import { jointsOf } from '../joints.ts';
import { type Loaded, listOfTask } from '../lists.ts';
import { Failure, Loading } from './loading.tsx';
import { RequestsTable } from './requestsTable.tsx';

/** Rows under a card among others: enough to see what goes on, without pushing the next task off the screen. */
const rowsInCard = 6;

interface Props {
  readonly task: TaskRow;
  readonly now: number;
  /** In a card only the newest requests are listed; the task by itself, on Where, leads to all. */
  readonly inCard: boolean;
}

/** What lies under a task: its modes with the price of each change, and its requests as columns and as a table. */
export function TaskDetail({ task, now, inCard }: Props) {
  const { model, go, ask } = usePage();
  useEffect(() => ask({ kind: 'list', list: listOfTask(task.id) }), [ask, task.id, model.breakdown]);
  const loaded = model.ofTasks[task.id];
  const all = allOf(task, loaded);
  const older = { kind: 'list', list: listOfTask(task.id, loaded?.requests.at(-1)) } as const;
  return (
    <div class="detail">
      {loaded && loaded.requests.length > 0 && (
        <RequestColumns requests={loaded.requests} all={all} transitions={task.transitions} />
      )}
      <ModeTimeline task={task} now={now} />
      {loaded ? (
        <RequestsTable
          requests={loaded.requests}
          all={all}
          now={now}
          {...(inCard
            ? { first: { count: rowsInCard, onAll: () => go({ kind: 'drill', task: task.id }) } }
            : { onMore: loaded.more ? () => ask(older) : undefined })}
        />
      ) : (
        <Loading asked={{ kind: 'list', list: listOfTask(task.id) }} />
      )}
      {loaded && <Failure asked={{ kind: 'list', list: listOfTask(task.id) }} />}
      {loaded?.more && <Failure asked={older} />}
    </div>
  );
}

/** How many requests a task has, where not all are loaded: the count of the task may be a moment older than they are. */
export function allOf(task: TaskRow, loaded: Loaded | undefined): number {
  const here = loaded?.requests.length ?? 0;
  return loaded && !loaded.more ? here : Math.max(here, task.requests);
}

/** The same mode changes as under the columns, to read, with what was handed over to subtasks in between. */
function ModeTimeline({ task, now }: { readonly task: TaskRow; readonly now: number }) {
  const { text, model } = usePage();
  const joints = jointsOf(task, [...(model.breakdown?.tasks ?? []), ...(model.state?.tasks ?? [])]);
  if (joints.length === 0) return <p class="hint">{text.t('timeline.single', { mode: task.mode })}</p>;
  return (
    <section class="timeline" aria-label={text.t('timeline.caption')}>
      <h4>{text.t('timeline.title')}</h4>
      <ol>
        <li>
          <span class="timeline-mode">{joints[0]?.from}</span>
        </li>
        {joints.map((transition) => (
          <li
            key={`${transition.at} ${transition.to} ${transition.handOver}`}
            class={transition.handOver ? 'hand-over' : undefined}
          >
            <span class="arrow" aria-hidden="true">
              →
            </span>
            <span class="timeline-mode">{transition.to}</span>
            <span class="hint">
              {transition.handOver && `${text.t('timeline.handOver')} · `}
              {text.transition(transition)} ·{' '}
              <time dateTime={new Date(transition.at).toISOString()}>{text.time(transition.at, now)}</time>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
