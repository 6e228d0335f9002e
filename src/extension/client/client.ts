import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Disposable } from '../../core/disposable.ts';
import { type State, stateSchema } from '../../protocol/state.ts';
import { ServiceApi } from './api.ts';
import { call } from './call.ts';
import { follow, type ServerEvent } from './events.ts';
import { type Found, findOrStart, type Problem, probe, ServiceProblem } from './find.ts';
import type { Candidate } from './launch.ts';
import { forgetStopped, isBeingReplaced, noteReplaced, noteStopped, replacedFor, stoppedSince } from './marks.ts';
import { Signal } from './signal.ts';
import { type Timing, usualTiming } from './timing.ts';
import { isOlder } from './version.ts';

/** How this window stands to the service. */
export type Connection =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'gone'; readonly since: number }
  | { readonly kind: 'off' }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface ClientLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface ServiceClientOptions {
  readonly stateFolder: string;
  /** Ours. A running service that is older is asked to make room. */
  readonly version: string;
  readonly launch: () => Candidate;
  readonly log: ClientLog;
  readonly now: () => number;
  readonly timing?: Partial<Timing>;
}

/**
 * A window's line to the one service of this user: finds or starts it, follows its state, and starts it anew when it
 * dies or hangs. Knows nothing of the editor.
 */
export class ServiceClient implements Disposable {
  readonly #options: ServiceClientOptions;
  readonly #timing: Timing;
  readonly api: ServiceApi;
  readonly #end = new AbortController();
  readonly #stateSignal: Signal<State>;
  readonly #connectionSignal: Signal<Connection>;
  /** Held for the life of the window: their stdin is what tells them that it lives. */
  readonly #candidates = new Set<Candidate>();
  #attempt = new AbortController();
  #found: Found | undefined;
  #running: Promise<void> | undefined;
  #state: State | undefined;
  #connection: Connection = { kind: 'starting' };

  constructor(options: ServiceClientOptions) {
    this.#options = options;
    this.#timing = { ...usualTiming, ...options.timing };
    this.api = new ServiceApi({
      address: () => this.#found?.discovery,
      timeoutMs: this.#timing.callMs,
      signal: this.#end.signal,
    });
    const failed = (error: unknown): void => options.log.warn(`a listener failed: ${text(error)}`);
    this.#stateSignal = new Signal(failed);
    this.#connectionSignal = new Signal(failed);
  }

  /** The newest state; of before while the service is gone. */
  get state(): State | undefined {
    return this.#state;
  }

  get connection(): Connection {
    return this.#connection;
  }

  onState(listener: (state: State) => void): Disposable {
    return this.#stateSignal.on(listener);
  }

  onConnection(listener: (connection: Connection) => void): Disposable {
    return this.#connectionSignal.on(listener);
  }

  /** Begins, or begins again after {@link stop} or a problem. */
  start(): void {
    if (this.#end.signal.aborted) return;
    this.#attempt.abort();
    this.#attempt = new AbortController();
    const signal = AbortSignal.any([this.#end.signal, this.#attempt.signal]);
    const before = this.#running ?? Promise.resolve();
    this.#running = before
      .then(() => {
        forgetStopped(this.#options.stateFolder);
        return this.#keepUp(signal);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) this.#options.log.warn(`the connection to the meter service ended: ${text(error)}`);
      });
  }

  /** Ends the service for all windows; it stays away until one of them starts it. */
  async stop(): Promise<void> {
    noteStopped(this.#options.stateFolder);
    if (this.#found) {
      await this.#quit();
      return;
    }
    this.#attempt.abort();
    this.#become({ kind: 'off' });
  }

  /** Ends the service and starts it anew. */
  async restart(): Promise<void> {
    // One that hangs does not answer; it is found out and ended on the way to the next.
    if (this.#found) await this.#quit().catch(() => undefined);
    this.start();
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    this.#stateSignal.clear();
    this.#connectionSignal.clear();
    for (const candidate of this.#candidates) candidate.dispose();
    this.#candidates.clear();
    await this.#running;
  }

  async #quit(): Promise<void> {
    await this.api.quit(this.#timing.quitMs);
  }

  // ---- the connection

  async #keepUp(signal: AbortSignal): Promise<void> {
    let failures = 0;
    this.#become({ kind: 'starting' });
    while (!signal.aborted) {
      const { backOffMs } = this.#timing;
      const pause = backOffMs[Math.min(failures, backOffMs.length - 1)] ?? 0;
      if (pause > 0) await sleep(pause, undefined, { signal });
      try {
        const since = this.#options.now();
        await this.#followOnce(signal);
        if (signal.aborted) return;
        await this.#standBack(since, signal);
        failures = this.#options.now() - since >= this.#timing.steadyMs ? 0 : failures + 1;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#options.log.warn(`no connection to the meter service: ${text(error)}`);
        const problem: Problem = error instanceof ServiceProblem ? error.problem : { kind: 'unstartable', message: text(error) };
        // Asking again cannot help where the means are missing; what ended once may run the next time.
        const final = problem.kind === 'noSqlite';
        if (final || failures >= 3) this.#become({ kind: 'problem', problem });
        if (final) return;
      }
    }
  }

  /** Finds or starts the service and follows it to the end of the stream. */
  async #followOnce(signal: AbortSignal): Promise<void> {
    const found = await this.#find(signal);
    this.#options.log.info(`connected to the meter service ${found.health.version} (process ${found.discovery.pid})`);
    this.#found = found;
    try {
      const { tickMs, silentTicks } = this.#timing;
      const end = await follow(found.discovery, { tickMs, silentTicks, signal, onEvent: (event) => this.#hear(event) });
      if (end !== 'aborted')
        this.#options.log.info(end === 'silent' ? 'the meter service is silent' : 'the meter service is gone');
    } finally {
      this.#found = undefined;
      if (!signal.aborted && this.#connection.kind === 'live') this.#become({ kind: 'gone', since: this.#options.now() });
    }
  }

  async #find(signal: AbortSignal): Promise<Found> {
    const options = {
      ...this.#timing,
      stateFolder: this.#options.stateFolder,
      launch: () => this.#launch(),
      log: (message: string) => this.#options.log.warn(message),
      signal,
    };
    const found = await findOrStart(options);
    if (!isOlder(found.health.version, this.#options.version)) return found;
    this.#options.log.info(`a meter service of version ${found.health.version} runs and is replaced`);
    noteReplaced(this.#options.stateFolder, this.#options.version);
    await call(found.discovery, { method: 'POST', path: 'quit', body: {}, answer: z.unknown(), timeoutMs: this.#timing.quitMs });
    const until = performance.now() + this.#timing.startMs;
    for (let still = await probe(options); still && performance.now() < until; still = await probe(options)) {
      if ('health' in still && still.discovery.pid !== found.discovery.pid) return still;
      await sleep(this.#timing.pollMs, undefined, { signal });
    }
    return findOrStart(options);
  }

  #launch(): Candidate {
    const candidate = this.#options.launch();
    this.#candidates.add(candidate);
    const drop = (): void => void this.#candidates.delete(candidate);
    candidate.exited.then(drop, drop);
    return candidate;
  }

  #hear({ event, data }: ServerEvent): void {
    if (event !== 'state') return;
    const state = parsed(data);
    if (!state.success) {
      this.#options.log.warn(`the meter service sent a state that is not understood: ${state.error}`);
      return;
    }
    this.#state = state.data;
    this.#become({ kind: 'live' });
    this.#stateSignal.fire(state.data);
  }

  /** Where a service was ended on purpose, it is for another window to start one. */
  async #standBack(since: number, signal: AbortSignal): Promise<void> {
    const { stateFolder, version, now } = this.#options;
    if (stoppedSince(stateFolder, since)) {
      this.#become({ kind: 'off' });
      await this.#waitForAnother(Number.POSITIVE_INFINITY, signal);
    } else if (isBeingReplaced(stateFolder, version, now())) await this.#waitForAnother(replacedFor, signal);
  }

  async #waitForAnother(limitMs: number, signal: AbortSignal): Promise<void> {
    const options = { stateFolder: this.#options.stateFolder, healthMs: this.#timing.healthMs, signal };
    const until = performance.now() + limitMs;
    while (performance.now() < until) {
      await sleep(this.#timing.offPollMs, undefined, { signal });
      const answer = await probe(options);
      if (answer && 'health' in answer) return;
    }
  }

  #become(connection: Connection): void {
    if (connection.kind === 'live' && this.#connection.kind === 'live') return;
    this.#connection = connection;
    this.#connectionSignal.fire(connection);
  }
}

function parsed(data: string): { success: true; data: State } | { success: false; error: string } {
  try {
    const result = stateSchema.safeParse(JSON.parse(data));
    return result.success ? result : { success: false, error: z.prettifyError(result.error) };
  } catch (error) {
    return { success: false, error: text(error) };
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
