import { useLayoutEffect, useRef } from 'preact/hooks';
import type { TaskRow } from '../../protocol/rows.ts';
import type { Breakdown, BreakdownRow, State } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { ranges } from '../nav.ts';
import { allTokens, sumOfTask, sumOfTotal } from '../sums.ts';
import { type MoneyKinds, moneyColumns, moneyKinds } from './moneyColumns.tsx';
import { type Column, SortableTable } from './sortableTable.tsx';
import { Suggestions } from './suggestions.tsx';
import { ModeBadge, SampleTag, SubtaskTag, taskName, taskPlace } from './taskBits.tsx';
import { TaskView } from './taskView.tsx';
import { Totals } from './totals.tsx';

/** Where the money of a range went; from a task on down to its requests. */
export function Where({ state, breakdown }: { readonly state: State; readonly breakdown: Breakdown | undefined }) {
  const { text, nav } = usePage();
  const drilled = [...(breakdown?.tasks ?? []), ...state.tasks].find((task) => task.id === nav.task);
  const back = useReturnFocus(drilled?.id);
  if (drilled) return <TaskView task={drilled} now={state.now} />;
  const current = breakdown?.range === nav.range ? breakdown : undefined;
  return (
    <div ref={back}>
      <RangeSelect />
      {!current && <p class="hint">{text.t('range.loading')}</p>}
      {current && <Tables breakdown={current} now={state.now} />}
      <Suggestions suggestions={state.suggestions} />
    </div>
  );
}

/** Coming back from a task, the focus is where it left. */
function useReturnFocus(drilled: string | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef(drilled);
  useLayoutEffect(() => {
    const left = last.current;
    last.current = drilled;
    if (left === undefined || drilled !== undefined) return;
    for (const button of ref.current?.querySelectorAll<HTMLElement>('[data-task]') ?? []) {
      if (button.dataset.task === left) button.focus();
    }
  }, [drilled]);
  return ref;
}

function RangeSelect() {
  const { text, nav, go } = usePage();
  return (
    <p class="toolbar">
      <label for="range">{text.t('range.label')}</label>
      <select
        id="range"
        value={nav.range}
        onChange={(event) => {
          const range = ranges.find((candidate) => candidate === event.currentTarget.value);
          if (range) go({ kind: 'range', range });
        }}
      >
        {ranges.map((range) => (
          <option key={range} value={range}>
            {text.t(`range.${range}`)}
          </option>
        ))}
      </select>
    </p>
  );
}

function Tables({ breakdown, now }: { readonly breakdown: Breakdown; readonly now: number }) {
  const { text } = usePage();
  const kinds = moneyKinds(sumOfTotal(breakdown.total));
  const groups = [
    { id: 'mode', caption: text.t('where.byMode'), rows: breakdown.byMode },
    { id: 'model', caption: text.t('where.byModel'), rows: breakdown.byModel },
    { id: 'agent', caption: text.t('where.byAgent'), rows: breakdown.byAgent },
  ] as const;
  return (
    <>
      <Totals total={breakdown.total} />
      {breakdown.total.requests === 0 && breakdown.tasks.length === 0 ? (
        <p class="hint">{text.t('where.empty')}</p>
      ) : (
        <>
          <div class="groups">
            {groups.map((group) => (
              <GroupTable key={group.id} {...group} kinds={kinds} />
            ))}
          </div>
          <TaskTable tasks={breakdown.tasks} kinds={kinds} now={now} />
        </>
      )}
    </>
  );
}

interface GroupProps {
  readonly id: 'mode' | 'model' | 'agent';
  readonly caption: string;
  readonly rows: readonly BreakdownRow[];
  readonly kinds: MoneyKinds;
}

function GroupTable({ id, caption, rows, kinds }: GroupProps) {
  const { text } = usePage();
  const columns: readonly Column<BreakdownRow>[] = [
    { id: 'name', label: text.t(`column.${id}`), key: (row) => row.label, cell: (row) => <span class="model">{row.label}</span> },
    ...moneyColumns(text, kinds, rows, (row: BreakdownRow) => sumOfTotal(row.total)),
    {
      id: 'tokens',
      label: text.t('column.tokens'),
      numeric: true,
      key: (row) => allTokens(row.total.usage),
      cell: (row) => text.tokens(allTokens(row.total.usage)),
    },
  ];
  return <SortableTable id={id} caption={caption} columns={columns} rows={rows} rowKey={(row) => row.key} sortedBy="share" />;
}

interface TaskProps {
  readonly tasks: readonly TaskRow[];
  readonly kinds: MoneyKinds;
  readonly now: number;
}

function TaskTable({ tasks, kinds, now }: TaskProps) {
  const { text, go } = usePage();
  const columns: readonly Column<TaskRow>[] = [
    {
      id: 'task',
      label: text.t('column.task'),
      key: (task) => `${text.agent(task.agent)} ${taskPlace(task, text, now)}`,
      cell: (task) => (
        <>
          <button
            type="button"
            class="link"
            data-task={task.id}
            aria-label={taskName(task, text, now)}
            onClick={() => go({ kind: 'drill', task: task.id })}
          >
            {text.agent(task.agent)}
          </button>{' '}
          <span class="place">{taskPlace(task, text, now)}</span> {task.parent !== undefined && <SubtaskTag />}
          {task.sample && <SampleTag />}
        </>
      ),
    },
    {
      id: 'last',
      label: text.t('column.last'),
      numeric: true,
      from: 'wide',
      key: (task) => task.lastAt,
      cell: (task) => text.time(task.lastAt, now),
    },
    {
      id: 'mode',
      label: text.t('column.mode'),
      from: 'wide',
      key: (task) => task.mode,
      cell: (task) => <ModeBadge mode={task.mode} kind={task.modeKind} />,
    },
    {
      id: 'model',
      label: text.t('column.model'),
      from: 'wide',
      key: (task) => task.model,
      cell: (task) => <span class="model">{task.model}</span>,
    },
    ...moneyColumns(text, kinds, tasks, sumOfTask),
    {
      id: 'tokens',
      label: text.t('column.tokens'),
      numeric: true,
      key: (task) => allTokens(task.usage),
      cell: (task) => text.tokens(allTokens(task.usage)),
    },
  ];
  const caption = text.t('where.tasks');
  return (
    <SortableTable id="tasks" caption={caption} columns={columns} rows={tasks} rowKey={(task) => task.id} sortedBy="share" />
  );
}
