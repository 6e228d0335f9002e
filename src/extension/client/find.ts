import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Discovery, discoverySchema, type Health, healthSchema } from '../../protocol/api.ts';
import { discoveryFile, exitCodes } from '../../protocol/stateFolder.ts';
import { call, SilentFailure } from './call.ts';
import type { Candidate } from './launch.ts';

export interface Found {
  readonly discovery: Discovery;
  readonly health: Health;
}

/** Why the service cannot be had. */
export type Problem =
  | { readonly kind: 'noSqlite' }
  | { readonly kind: 'ended'; readonly code: number | null }
  | { readonly kind: 'unstartable'; readonly message: string }
  | { readonly kind: 'unreachable' };

export class ServiceProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(JSON.stringify(problem));
    this.name = 'ServiceProblem';
    this.problem = problem;
  }
}

export interface FindOptions {
  readonly stateFolder: string;
  readonly launch: () => Candidate;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
  readonly healthMs: number;
  readonly pollMs: number;
  readonly startMs: number;
}

/** Unanswered calls, each of `healthMs`, after which a service that holds the lock counts as hung. */
const hungAfter = 3;

/** What the discovery file says, or `undefined` when there is none that can be read. */
export function readDiscovery(stateFolder: string): Discovery | undefined {
  try {
    return discoverySchema.parse(JSON.parse(readFileSync(join(stateFolder, discoveryFile), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The service that discovery names, if it answers; `silent` when it takes the call and says nothing. */
export async function probe(
  options: Pick<FindOptions, 'stateFolder' | 'healthMs' | 'signal'>,
): Promise<Found | { readonly silent: Discovery } | undefined> {
  const discovery = readDiscovery(options.stateFolder);
  if (!discovery) return undefined;
  try {
    const health = await call(discovery, {
      method: 'GET',
      path: 'health',
      answer: healthSchema,
      timeoutMs: options.healthMs,
      signal: options.signal,
    });
    return { discovery, health };
  } catch (error) {
    return error instanceof SilentFailure ? { silent: discovery } : undefined;
  }
}

/**
 * Finds the running service or starts one, and waits until it answers. Who becomes the service is decided among the
 * candidates, not here. Rejects with a {@link ServiceProblem}, or as the signal says.
 */
export async function findOrStart(options: FindOptions): Promise<Found> {
  const running = await probe(options);
  if (running && 'health' in running) return running;
  let candidate = watched(options.launch());
  let unanswered = running ? 1 : 0;
  let lostAt = performance.now();
  let patience = options.healthMs;
  const until = performance.now() + options.startMs;
  while (performance.now() < until) {
    options.signal.throwIfAborted();
    const answer = await probe(options);
    if (answer && 'health' in answer) return answer;
    if (answer) unanswered += 1;
    if (candidate.failure) throw candidate.failure;
    // Somebody holds the lock and does not answer: only a hung service does both.
    if (candidate.lost && answer && unanswered >= hungAfter) {
      endHung(answer.silent, options);
      candidate = watched(options.launch());
      unanswered = 0;
    }
    // Whoever won may have died before it could answer; it may as well be slow.
    if (!candidate.lost || answer) lostAt = performance.now();
    else if (performance.now() - lostAt > patience) {
      candidate = watched(options.launch());
      lostAt = performance.now();
      patience *= 2;
    }
    await sleep(options.pollMs, undefined, { signal: options.signal });
  }
  throw new ServiceProblem({ kind: 'unreachable' });
}

interface Watched {
  readonly lost: boolean;
  readonly failure: ServiceProblem | undefined;
}

function watched(candidate: Candidate): Watched {
  const seen: { lost: boolean; failure: ServiceProblem | undefined } = { lost: false, failure: undefined };
  candidate.exited.then(
    (code) => {
      if (code === exitCodes.lostElection) seen.lost = true;
      else if (code === exitCodes.noSqlite) seen.failure = new ServiceProblem({ kind: 'noSqlite' });
      else seen.failure = new ServiceProblem({ kind: 'ended', code });
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      seen.failure = new ServiceProblem({ kind: 'unstartable', message });
    },
  );
  return seen;
}

/** Process ids are used again: only the one that discovery still names is ended. */
function endHung({ pid }: Discovery, { stateFolder, log }: FindOptions): void {
  if (readDiscovery(stateFolder)?.pid !== pid) return;
  log(`the meter service (process ${pid}) hangs and is ended`);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    log(`it could not be ended: ${String(error)}`);
  }
}
