import { parentPort, workerData } from 'node:worker_threads';
import { agents } from '../agents/registry.ts';
import { ResidentReader } from './residentReader.ts';
import type { FromReader, ReaderThreadData, ToReader } from './threadMessages.ts';

/** Entry of the reading thread: reads sessions off the service's event loop. Started by `SessionSource` only. */
const port = parentPort;
if (!port) throw new Error('the session reader runs in a worker thread');

const { places, off } = workerData as ReaderThreadData;
const waiting = new Map<number, (answer: readonly (string | undefined)[]) => void>();
let lastId = 0;

function ask(question: (id: number) => FromReader): Promise<readonly (string | undefined)[]> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    port?.postMessage(question(id));
  });
}

function onProblem(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  port?.postMessage({ kind: 'problem', message } satisfies FromReader);
}

const reader = new ResidentReader(
  {
    agents,
    places,
    off,
    loadCursors: (paths) => ask((id) => ({ kind: 'cursors', id, paths })),
    deliver: async (batch) => {
      await ask((id) => ({ kind: 'batch', id, batch }));
    },
  },
  onProblem,
);

port.on('message', (message: ToReader) => {
  switch (message.kind) {
    case 'answer':
      waiting.get(message.id)?.(message.cursors ?? []);
      waiting.delete(message.id);
      break;
    case 'off':
      reader.setOff(message.off);
      break;
    case 'stop':
      reader.dispose();
      port.close();
      break;
  }
});

reader.start().catch(onProblem);
