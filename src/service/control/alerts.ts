import type { Alert } from '../../protocol/state.ts';

const most = 20;

/** Questions that wait for a person. Each goes to one window: the one that claims it first. */
export class Alerts {
  #waiting: Alert[] = [];

  get all(): readonly Alert[] {
    return this.#waiting;
  }

  /** An exceeded budget takes the place of its own warning. */
  add(alert: Alert): void {
    this.#waiting = this.#waiting.filter(
      (one) => one.task !== alert.task || subjectOf(one) !== subjectOf(alert) || one.id === alert.id,
    );
    if (!this.#waiting.some((one) => one.id === alert.id)) this.#waiting.push(alert);
    if (this.#waiting.length > most) this.#waiting.shift();
  }

  /** True for the one that may show it. */
  claim(id: string): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((one) => one.id !== id);
    return this.#waiting.length < before;
  }

  /** What was asked about a task has been answered otherwise. */
  dropTask(root: string): void {
    this.#waiting = this.#waiting.filter((one) => one.task !== root);
  }
}

function subjectOf(alert: Alert): string {
  if (alert.kind === 'unpriced') return `${alert.kind} ${alert.model}`;
  return alert.kind === 'runaway' ? alert.runaway.what : alert.scope;
}
