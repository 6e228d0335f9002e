import { useId } from 'preact/hooks';
import { StackBar, TokenLegend } from '../charts/stackBar.tsx';
import { usePage } from '../context.ts';
import { ShapeIcon } from '../icons.tsx';
import { allTokens } from '../sums.ts';
import { isActive, type TaskNode } from '../tasks.ts';
import {
  BudgetBar,
  HeldTag,
  ModeBadge,
  Parts,
  RaiseAction,
  SampleTag,
  StateTag,
  SubtaskTag,
  TaskAction,
  taskName,
  taskPlace,
} from './taskBits.tsx';
import { TaskDetail } from './taskDetail.tsx';

interface Props {
  readonly node: TaskNode;
  readonly now: number;
  /** Whether the details are open as long as the reader has not chosen. */
  readonly openAtFirst: boolean;
}

/** One task with its subtasks under it. */
export function TaskCard({ node, now, openAtFirst }: Props) {
  const { text, nav, go } = usePage();
  const id = useId();
  const { task } = node;
  const name = taskName(task, text, now);
  const chosen = nav.opened[task.id];
  const open = chosen === undefined ? openAtFirst : chosen === 'open';
  const full = open || isActive(node);
  return (
    <li class={`task task-${task.state}`}>
      <article aria-label={name}>
        <div class="task-head">
          <button
            type="button"
            class="twistie"
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            aria-label={text.t(open ? 'task.hideDetails' : 'task.details', { task: name })}
            onClick={() => go({ kind: 'open', task: task.id, open: !open })}
          >
            <ShapeIcon name="chevron" />
          </button>
          <div class="task-title">
            <h3>
              {text.agent(task.agent)} <span class="place">{taskPlace(task, text, now)}</span>
            </h3>
            <p class="meta">
              <StateTag task={task} />
              {task.heldSince !== undefined && <HeldTag />}
              <ModeBadge mode={task.mode} kind={task.modeKind} />
              <span class="model">{task.model}</span>
              {task.parent !== undefined && <SubtaskTag />}
              {task.sample && <SampleTag />}
            </p>
          </div>
          <Cost node={node} />
          {task.state !== 'idle' && (
            <div class="task-action">
              <TaskAction task={task} name={name} />
              <RaiseAction task={task} name={name} />
            </div>
          )}
        </div>
        {full && (
          <div class="task-body">
            <BudgetBar task={task} />
            <StackBar usage={task.usage} whole={allTokens(task.usage)} />
            <TokenLegend usage={task.usage} />
          </div>
        )}
        {open && (
          <div id={id} class="task-body">
            <TaskDetail task={task} now={now} inCard />
          </div>
        )}
      </article>
      {node.children.length > 0 && (
        <ul class="tasks subtasks">
          {node.children.map((child) => (
            <TaskCard key={child.task.id} node={child} now={now} openAtFirst={false} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Cost({ node }: { readonly node: TaskNode }) {
  const { text } = usePage();
  const { task } = node;
  const lines = [
    text.count('task.requests', task.requests),
    task.forecast ? text.t('task.pace', { money: text.usd(task.forecast.perHourUsd) }) : undefined,
    task.run && task.run.requests < task.requests
      ? text.t('task.run', { money: text.cost({ usd: task.run.usd, billing: task.billing }) })
      : undefined,
    node.children.length > 0 ? text.t('money.withSubtasks', { money: text.sum(node.sum) }) : undefined,
    task.usd !== null && task.unpricedTokens > 0
      ? text.t('money.unpricedTokens', { tokens: text.tokens(task.unpricedTokens) })
      : undefined,
    text.credits(task.usd, task.agent),
    task.basis === 'estimated' ? text.t('money.estimated') : undefined,
    task.plusMinusUsd ? text.t('money.plusMinus', { money: text.usd(task.plusMinusUsd) }) : undefined,
  ].filter((line) => line !== undefined);
  return (
    <div class="task-cost">
      <span class={`amount ${task.usd === null ? 'unpriced' : ''}`}>{text.cost(task)}</span>
      <Parts parts={lines} />
    </div>
  );
}
