import { Fragment } from 'preact';
import { shareOf } from '../../core/format.ts';
import type { ModeKind } from '../../core/mode.ts';
import { usdToPico } from '../../core/money.ts';
import type { TaskRow } from '../../protocol/rows.ts';
import { usePage } from '../context.ts';
import { ModeIcon, ShapeIcon } from '../icons.tsx';
import type { Text } from '../strings.ts';

/** How a task is called, as it has no title: agent and folder, or the time it began. */
export function taskName(task: TaskRow, text: Text, now: number): string {
  const names = { agent: text.agent(task.agent), place: taskPlace(task, text, now), mode: task.mode };
  return text.t(task.parent === undefined ? 'task.name' : 'task.subtaskName', names);
}

export function taskPlace(task: TaskRow, text: Text, now: number): string {
  return text.folder(task.workspace) ?? text.time(task.firstAt, now);
}

/** The agent's own name of the mode, with a sign and a colour for what it amounts to. */
export function ModeBadge({ mode, kind }: { readonly mode: string; readonly kind: ModeKind }) {
  return (
    <span class={`mode mode-${kind}`}>
      <ModeIcon kind={kind} />
      {mode}
    </span>
  );
}

export function StateTag({ task }: { readonly task: TaskRow }) {
  const { text } = usePage();
  return (
    <span class={`state state-${task.state}`}>
      <ShapeIcon name={task.state} />
      {text.t(`task.${task.state}`)}
    </span>
  );
}

/** A request of the task waits: for an answer about a budget, or for others to end. */
export function HeldTag() {
  const { text } = usePage();
  return <span class="tag">{text.t('task.held')}</span>;
}

export function SampleTag() {
  const { text } = usePage();
  return (
    <span class="tag" title={text.t('task.sampleHint')}>
      {text.t('task.sample')}
    </span>
  );
}

export function SubtaskTag() {
  const { text } = usePage();
  return <span class="tag tag-quiet">{text.t('task.subtask')}</span>;
}

/** Short facts in a line, which breaks between them and not inside one. */
export function Parts({ parts }: { readonly parts: readonly string[] }) {
  return (
    <span class="hint parts">
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 && ' '}
          <span>{part}</span>
        </Fragment>
      ))}
    </span>
  );
}

/** The budget as a bar and in words; nothing when the task has none. */
export function BudgetBar({ task }: { readonly task: TaskRow }) {
  const { text } = usePage();
  if (task.budgetUsd === undefined || task.budget === 'none') return null;
  const share = shareOf(usdToPico(task.usd ?? '0'), usdToPico(task.budgetUsd));
  const words = text.t(`budget.${task.budget}`, {
    spent: text.cost({ usd: task.usd ?? '0', billing: task.billing }),
    limit: text.usd(task.budgetUsd),
    share: text.share(share),
  });
  return (
    <div class={`budget budget-${task.budget}`}>
      <svg class="bar" aria-hidden="true" focusable="false">
        <rect class="bar-track" width="100%" height="100%" />
        <rect class="budget-fill" width={`${Math.min(1, share) * 100}%`} height="100%" />
      </svg>
      <p>
        {task.budget !== 'ok' && <ShapeIcon name={task.budget} />}
        {words}
        {task.forecast?.requests !== undefined && task.forecast.requests > 0 && (
          <span class="hint"> {text.count('budget.ahead', task.forecast.requests)}</span>
        )}
      </p>
    </div>
  );
}

/** A larger budget, where there is one, or a request waits for it. */
export function RaiseAction({ task, name }: { readonly task: TaskRow; readonly name: string }) {
  const { text, raise } = usePage();
  if (task.budget === 'none' && task.heldSince === undefined) return null;
  return (
    <button
      type="button"
      class="secondary"
      aria-label={text.t('action.raiseTask', { task: name })}
      onClick={() => raise(task.id)}
    >
      {text.t('action.raise')}
    </button>
  );
}

/** Stop or Resume, whichever the task's state allows. What does not pass the gateway can be stopped too: its agent is told. */
export function TaskAction({ task, name }: { readonly task: TaskRow; readonly name: string }) {
  const { text, model, stop, resume } = usePage();
  const asked = model.asked[task.id]?.what;
  if (task.state === 'stopped') {
    return (
      <button
        type="button"
        class="secondary"
        aria-label={text.t('action.resumeTask', { task: name })}
        onClick={() => resume(task.id)}
      >
        <ShapeIcon name="resume" />
        {text.t(asked === 'resume' ? 'action.resuming' : 'action.resume')}
      </button>
    );
  }
  return (
    <button type="button" class="secondary" aria-label={text.t('action.stopTask', { task: name })} onClick={() => stop(task.id)}>
      <ShapeIcon name="stop" />
      {text.t(asked === 'stop' ? 'action.stopping' : 'action.stop')}
    </button>
  );
}
