import { EventEmitter } from 'node:events';
import type { ClineMessage, RooCodeAPI, RooCodeAPIEvents, RooCodeSettings } from '@roo-code/types';

/** The part of Roo's API that others have a use for, as its published types have it. */
type Used = Pick<RooCodeAPI, 'getCurrentTaskStack' | 'getConfiguration' | 'setConfiguration' | 'cancelCurrentTask'>;

/** Emits what Roo Code emits for a task that goes on and on; nothing is sent anywhere. */
export class StandInRoo extends EventEmitter<RooCodeAPIEvents> implements Used {
  #settings: RooCodeSettings = {
    mode: 'code',
    apiProvider: 'anthropic',
    apiModelId: 'claude-sonnet-4-5-20250929',
    currentApiConfigName: 'default',
  };
  #task: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  cancelled = 0;
  /** Says that it has stopped, and goes on. */
  deaf = false;

  getCurrentTaskStack(): string[] {
    return this.#task === undefined ? [] : [this.#task];
  }

  getConfiguration(): RooCodeSettings {
    return this.#settings;
  }

  async setConfiguration(values: RooCodeSettings): Promise<void> {
    this.#settings = { ...this.#settings, ...values };
  }

  async cancelCurrentTask(): Promise<void> {
    this.cancelled += 1;
    if (this.deaf) return;
    this.halt();
    if (this.#task !== undefined) this.emit('taskAborted', this.#task);
  }

  /** Begins a task that asks its model every so many ms. */
  work(task: string, everyMs: number): void {
    this.halt();
    this.#task = task;
    this.emit('taskCreated', task);
    this.emit('taskStarted', task);
    this.ask();
    this.#timer = setInterval(() => this.ask(), everyMs);
  }

  switchMode(mode: string): void {
    this.#settings = { ...this.#settings, mode };
    if (this.#task !== undefined) this.emit('taskModeSwitched', this.#task, mode);
  }

  /** One request: announced, then with its counts. */
  ask(): void {
    if (this.#task === undefined) return;
    const ts = Date.now();
    this.#tell('created', { ts, type: 'say', say: 'api_req_started', text: JSON.stringify({ apiProtocol: 'anthropic' }) });
    const counts = { apiProtocol: 'anthropic', tokensIn: 3_000, tokensOut: 100, cacheWrites: 0, cacheReads: 2_000, cost: 0.0051 };
    this.#tell('updated', { ts, type: 'say', say: 'api_req_started', text: JSON.stringify(counts) });
  }

  halt(): void {
    clearInterval(this.#timer);
  }

  #tell(action: 'created' | 'updated', message: ClineMessage): void {
    if (this.#task !== undefined) this.emit('message', { taskId: this.#task, action, message });
  }
}

let roo: StandInRoo | undefined;

export function activate(): StandInRoo {
  roo = new StandInRoo();
  return roo;
}

export function deactivate(): void {
  roo?.halt();
}
