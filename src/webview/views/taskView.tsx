import { useLayoutEffect, useRef } from 'preact/hooks';
import type { TaskRow } from '../../protocol/rows.ts';
import { StackBar, TokenLegend } from '../charts/stackBar.tsx';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import { ShapeIcon } from '../icons.tsx';
import { allTokens, sumOfTask } from '../sums.ts';
import { requestsExport } from './requestList.tsx';
import { ModeBadge, SampleTag, taskPlace } from './taskBits.tsx';
import { allOf, TaskDetail } from './taskDetail.tsx';

/** One task of the range by itself, with the way back. */
export function TaskView({ task, now }: { readonly task: TaskRow; readonly now: number }) {
  const { text, model, go, nav, copyReceipt } = usePage();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  const loaded = model.ofTasks[task.id];
  const requests = loaded?.requests ?? [];
  useExport('task requests', () => {
    const part = text.t('requests.part', { count: text.number(requests.length), all: text.number(allOf(task, loaded)) });
    return requestsExport(text, requests, loaded?.more ? part : undefined);
  });
  useExport('task transitions', () => ({
    caption: text.t('timeline.title'),
    columns: [
      text.t('requests.time'),
      text.t('where.matrixFrom'),
      text.t('where.matrixTo'),
      text.t('column.resent'),
      inUsd(text.t('column.metered')),
    ],
    rows: task.transitions.map((one) => [new Date(one.at).toISOString(), one.from, one.to, one.resentTokens, one.usd]),
  }));
  return (
    <section class="task-view" aria-labelledby="task-view">
      <button type="button" class="link back" onClick={() => go({ kind: 'drill', task: undefined })}>
        <ShapeIcon name="back" />
        {text.t('where.back')}
      </button>
      <div class="task-head">
        <div class="task-title">
          <h2 id="task-view" tabIndex={-1} ref={heading}>
            {text.agent(task.agent)} <span class="place">{taskPlace(task, text, now)}</span>
          </h2>
          <p class="meta">
            <ModeBadge mode={task.mode} kind={task.modeKind} />
            <span class="model">{task.model}</span>
            <span>{text.t('task.started', { time: text.time(task.firstAt, now) })}</span>
            {task.sample && <SampleTag />}
          </p>
        </div>
        <div class="task-cost">
          <span class="amount">{text.sum(sumOfTask(task))}</span>
          <span class="hint">{text.count('task.requests', task.requests)}</span>
        </div>
      </div>
      <p class="task-buttons">
        <button type="button" class="secondary" onClick={() => copyReceipt(task.id)}>
          {text.t('task.copyReceipt')}
        </button>
        {nav.query.task !== task.id && (
          <button
            type="button"
            class="secondary"
            onClick={() => go({ kind: 'query', query: { range: 'task', task: task.id }, tab: 'where' })}
          >
            {text.t('task.only')}
          </button>
        )}
      </p>
      <StackBar usage={task.usage} whole={allTokens(task.usage)} />
      <TokenLegend usage={task.usage} />
      <TaskDetail task={task} now={now} inCard={false} />
    </section>
  );
}
