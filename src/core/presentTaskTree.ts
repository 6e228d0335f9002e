import type { ShownTask } from './presentState.ts';
import { taskTrees } from './presentTasks.ts';
import { agentName, moneyDetail, moneyOfTask, moneySpoken, moneyText, plainText, type Reader } from './presentText.ts';

/** A task of the side bar's tree, with the subtasks under it. */
export interface TaskNode {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Lines of plain text. */
  readonly tooltip: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly state: ShownTask['state'];
  readonly spoken: string;
  readonly children: readonly TaskNode[];
}

/** Tasks as a tree, the last active first. A root costs what its whole tree does; below it each costs its own. */
export function taskNodes(
  tasks: readonly (ShownTask & { readonly workspace?: string | undefined })[],
  reader: Reader,
): readonly TaskNode[] {
  const { t } = reader;
  const node = (task: (typeof tasks)[number], whole: ReturnType<typeof moneyOfTask>, above: ReadonlySet<string>): TaskNode => {
    const folder = task.workspace?.split(/[\\/]/).filter(Boolean).at(-1);
    // Agents write these ids: a task that is its own ancestor ends there.
    const seen = new Set([...above, task.id]);
    const children = tasks.filter(({ id, parent }) => parent === task.id && !seen.has(id));
    return {
      id: task.id,
      label: `${moneyText(whole, reader)} · ${plainText(agentName(task.agent, t))}`,
      description: [plainText(task.mode), folder ? plainText(folder) : '', task.sample ? t('sample') : '']
        .filter(Boolean)
        .join(' · '),
      tooltip: [plainText(task.model, 80), moneyDetail(whole, reader), t('Requests: {0}', task.requests)].join('\n'),
      icon: iconOf(task),
      state: task.state,
      spoken: [agentName(task.agent, t), plainText(task.mode), moneySpoken(whole, reader), stateWord(task, t)]
        .filter(Boolean)
        .join(', '),
      children: children.map((child) => node(child, moneyOfTask(child), seen)),
    };
  };
  return taskTrees(tasks).flatMap(({ root, money }) => {
    const task = tasks.find(({ id }) => id === root.id);
    return task ? [node(task, money, new Set())] : [];
  });
}

function iconOf({ state, budget }: ShownTask): string {
  if (state === 'stopped') return 'debug-stop';
  if (budget === 'exceeded') return 'error';
  if (budget === 'warning') return 'warning';
  return state === 'running' ? 'sync~spin' : 'circle-outline';
}

function stateWord({ state }: ShownTask, t: Reader['t']): string {
  switch (state) {
    case 'running':
      return t('running');
    case 'stopped':
      return t('stopped');
    case 'idle':
      return t('idle');
  }
}
