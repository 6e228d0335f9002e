import { useLayoutEffect, useRef } from 'preact/hooks';
import { type ListedBy, sameQuery } from '../../protocol/names.ts';
import type { TaskRow } from '../../protocol/rows.ts';
import type { Breakdown, BreakdownRow, State } from '../../protocol/state.ts';
import type { Where as WhereRows } from '../../protocol/views.ts';
import { DayColumns } from '../charts/dayColumns.tsx';
import { usePage } from '../context.ts';
import { allTokens, sumOfTask, sumOfTotal } from '../sums.ts';
import { Failure, LoadingView } from './loading.tsx';
import { Matrix } from './matrix.tsx';
import { type MoneyKinds, moneyColumns, moneyKinds } from './moneyColumns.tsx';
import { RequestList } from './requestList.tsx';
import { type Column, SortableTable } from './sortableTable.tsx';
import { Suggestions } from './suggestions.tsx';
import { ModeBadge, SampleTag, SubtaskTag, taskName, taskPlace } from './taskBits.tsx';
import { TaskView } from './taskView.tsx';
import { Totals } from './totals.tsx';

/** Where the money of a range went; from a row on down to its requests, and from a task to its own. */
export function Where({ state, breakdown }: { readonly state: State; readonly breakdown: Breakdown | undefined }) {
  const { nav, model } = usePage();
  const drilled = [...(breakdown?.tasks ?? []), ...state.tasks].find((task) => task.id === nav.task);
  const back = useReturnFocus(drilled ? `task ${drilled.id}` : nav.row && `${nav.row.by} ${nav.row.key}`);
  if (drilled) return <TaskView task={drilled} now={state.now} />;
  if (nav.row) return <RequestList row={nav.row} now={state.now} />;
  const current = breakdown && sameQuery(breakdown.query, nav.query) ? breakdown : undefined;
  const where = model.where && sameQuery(model.where.query, nav.query) ? model.where : undefined;
  return (
    <div ref={back}>
      {current ? <Failure asked={{ kind: 'view', view: 'where', query: nav.query }} /> : <LoadingView />}
      {current && <Tables breakdown={current} where={where} now={state.now} />}
      <Suggestions suggestions={state.suggestions} policy={model.policy ?? []} />
    </div>
  );
}

/** Coming back from a task or a list, the focus is where it left. */
function useReturnFocus(drilled: string | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef(drilled);
  useLayoutEffect(() => {
    const left = last.current;
    last.current = drilled;
    if (left === undefined || drilled !== undefined) return;
    for (const button of ref.current?.querySelectorAll<HTMLElement>('[data-from]') ?? []) {
      if (button.dataset.from === left) button.focus();
    }
  }, [drilled]);
  return ref;
}

function Tables({
  breakdown,
  where,
  now,
}: {
  readonly breakdown: Breakdown;
  readonly where: WhereRows | undefined;
  readonly now: number;
}) {
  const { text } = usePage();
  const kinds = moneyKinds(sumOfTotal(breakdown.total));
  const folder = (row: BreakdownRow): string => text.folder(row.label) ?? text.t('where.untold');
  const path = (row: BreakdownRow): string => row.key;
  const kind = (row: BreakdownRow): string => text.kind(row.label);
  const groups: readonly GroupProps[] = [
    { id: 'mode', caption: text.t('where.byMode'), rows: breakdown.byMode, kinds },
    { id: 'model', caption: text.t('where.byModel'), rows: breakdown.byModel, kinds },
    { id: 'agent', caption: text.t('where.byAgent'), rows: breakdown.byAgent, kinds, name: (row) => text.agent(row.label) },
    ...(where
      ? ([
          { id: 'kind', caption: text.t('where.byKind'), rows: where.byKind, kinds, name: kind },
          {
            id: 'workspace',
            caption: text.t('where.byWorkspace'),
            rows: where.byWorkspace,
            kinds,
            name: folder,
            exact: path,
          },
          { id: 'branch', caption: text.t('where.byBranch'), rows: where.byBranch, kinds },
          { id: 'subagent', caption: text.t('where.bySubagent'), rows: where.bySubagent, kinds },
        ] as const)
      : []),
  ];
  if (breakdown.total.requests === 0 && breakdown.tasks.length === 0) {
    return (
      <>
        <Totals total={breakdown.total} />
        <p class="hint">{text.t('where.empty')}</p>
      </>
    );
  }
  return (
    <>
      <Totals total={breakdown.total} />
      {where && <Days rows={where.byDay} kinds={kinds} />}
      <div class="groups">
        {groups
          .filter(({ rows }) => rows.length > 0)
          .map((group) => (
            <GroupTable key={group.id} {...group} />
          ))}
      </div>
      {where && <Matrix cells={where.transitions} />}
      <TaskTable tasks={breakdown.tasks} kinds={kinds} now={now} />
      {breakdown.taskCount > breakdown.tasks.length && (
        <p class="hint">
          {text.t('where.tasksPart', {
            shown: text.number(breakdown.tasks.length),
            all: text.number(breakdown.taskCount),
          })}
        </p>
      )}
    </>
  );
}

function Days({ rows, kinds }: { readonly rows: readonly BreakdownRow[]; readonly kinds: MoneyKinds }) {
  const { text } = usePage();
  if (rows.length < 2) return null;
  return (
    <div class="days">
      <DayColumns rows={rows} />
      <GroupTable
        id="day"
        caption={text.t('where.byDay')}
        rows={rows}
        kinds={kinds}
        name={(row) => text.day(row.key)}
        sortedBy="name"
      />
    </div>
  );
}

interface GroupProps {
  readonly id: Exclude<ListedBy, 'all'> | 'subagent';
  readonly caption: string;
  readonly rows: readonly BreakdownRow[];
  readonly kinds: MoneyKinds;
  /** How a row is called, where its label is not what people say. */
  readonly name?: (row: BreakdownRow) => string;
  /** The same without a doubt, where a name is short for it: to hover over, and for exports. */
  readonly exact?: (row: BreakdownRow) => string;
  readonly sortedBy?: string;
}

function GroupTable({ id, caption, rows, kinds, name = (row) => row.label, exact, sortedBy = 'share' }: GroupProps) {
  const { text, go } = usePage();
  const nameOf = (row: BreakdownRow): string => name(row) || text.t('where.untold');
  const columns: readonly Column<BreakdownRow>[] = [
    {
      id: 'name',
      label: text.t(`column.${id}`),
      key: id === 'day' ? (row) => row.key : nameOf,
      ...(exact ? { exported: (row: BreakdownRow) => exact(row) || nameOf(row) } : {}),
      cell: (row) =>
        id === 'subagent' ? (
          <span class="model">{nameOf(row)}</span>
        ) : (
          <button
            type="button"
            class="link model"
            data-from={`${id} ${row.key}`}
            title={text.t('where.openRow', { name: exact?.(row) || nameOf(row) })}
            onClick={() => go({ kind: 'row', row: { by: id, key: row.key, label: nameOf(row), cursors: [] } })}
          >
            {nameOf(row)}
          </button>
        ),
    },
    ...moneyColumns(text, kinds, rows, (row: BreakdownRow) => sumOfTotal(row.total)),
    {
      id: 'tokens',
      label: text.t('column.tokens'),
      numeric: true,
      key: (row) => allTokens(row.total.usage),
      cell: (row) => text.tokens(allTokens(row.total.usage)),
    },
  ];
  return <SortableTable id={id} caption={caption} columns={columns} rows={rows} rowKey={(row) => row.key} sortedBy={sortedBy} />;
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
            data-from={`task ${task.id}`}
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
      exported: (task) => new Date(task.lastAt).toISOString(),
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
