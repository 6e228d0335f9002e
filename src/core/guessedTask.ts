/**
 * Some agents send nothing that names their task. At the gateway such a task goes by a mark made from what its conversation began with; the agent's own record
 * names it later. `~` sorts behind every id that an agent gives.
 */
export function guessedTask(agent: string, mark: string): string {
  return `${agent}:~${mark}`;
}

/** Whether this id is only a mark of ours for a task whose own id is not known yet. */
export function isGuessedTask(task: string): boolean {
  return task.includes(':~');
}
