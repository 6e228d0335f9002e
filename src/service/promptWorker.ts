import { parentPort, workerData } from 'node:worker_threads';
import { loopsIn } from '../agents/loops.ts';
import { promptMarks } from '../agents/promptMarks.ts';
import { identify } from '../agents/registry.ts';
import { servePrompts } from '../tokens/worker.ts';

/** The worker that reads prompts, put together: counting knows no agents, so they are brought here. */
const { folder, key } = workerData as { readonly folder: string; readonly key: string };
if (parentPort) {
  servePrompts(parentPort, folder, {
    identify: (request) => identify(request, key),
    marks: (body) => ({ ...promptMarks(body, key), loop: loopsIn(body) }),
  });
}
