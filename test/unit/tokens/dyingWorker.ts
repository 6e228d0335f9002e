import { parentPort } from 'node:worker_threads';
import type { WorkerAnswer, WorkerRequest } from '../../../src/tokens/worker.ts';

/** A worker that answers texts, dies of a body whose path says so, and never answers any other body. */
parentPort?.on('message', (request: WorkerRequest) => {
  if (request.kind === 'text') {
    const count = { tokens: 1, counted: 'exact', plusMinus: 0, encoding: 'o200k_base' } as const;
    parentPort?.postMessage({ kind: 'count', id: request.id, count } satisfies WorkerAnswer);
  } else if (request.job.facts.path === '/throw') throw new Error('out of luck');
  else if (request.job.facts.path === '/exit') process.exit(3);
});
