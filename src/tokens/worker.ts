import type { MessagePort } from 'node:worker_threads';
import type { Place } from '../core/request.ts';
import { decodeBody } from './decodeBody.ts';
import { PromptCounter } from './prompt.ts';
import { modelInPath, type PromptJob, type ReadPrompt, type RequestHead, unreadPrompt } from './promptJob.ts';
import { countersIn } from './tables.ts';

/** What the process posts. */
export type WorkerRequest =
  | { readonly kind: 'body'; readonly id: number; readonly job: PromptJob }
  | { readonly kind: 'text'; readonly id: number; readonly text: string; readonly model: string };

/** What the worker answers: `ready` once, then one answer per request. */
export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'prompt'; readonly id: number; readonly prompt: ReadPrompt }
  | { readonly kind: 'count'; readonly id: number; readonly count: ReturnType<PromptCounter['countText']> };

/** What the agents know, brought by the composition root: tokens imports nothing of theirs. */
export interface Recognition {
  identify(request: RequestHead & { readonly body: unknown }): Place;
  marks(body: unknown): Pick<ReadPrompt, 'systemHash' | 'toolsHash' | 'opening' | 'loop'>;
}

/** Serves a port until it is closed. `folder`: where the token tables lie. */
export function servePrompts(port: MessagePort, folder: string, recognition: Recognition): void {
  const counterOf = countersIn(folder);
  const counter = new PromptCounter(counterOf);
  port.on('message', (request: WorkerRequest) => port.postMessage(answer(request, counter, recognition)));
  port.postMessage({ kind: 'ready' } satisfies WorkerAnswer);
  // Most prompts need it: read while the first one is still on its way.
  counterOf('o200k_base');
}

function answer(request: WorkerRequest, counter: PromptCounter, recognition: Recognition): WorkerAnswer {
  const { id } = request;
  switch (request.kind) {
    case 'text':
      return { kind: 'count', id, count: counter.countText(request.text, request.model) };
    case 'body':
      return { kind: 'prompt', id, prompt: readPrompt(request.job, counter, recognition) };
  }
}

/** Unpacks, parses once, recognises and counts. Never throws: what cannot be read has a `problem`. */
export function readPrompt(job: PromptJob, counter: PromptCounter, recognition: Recognition): ReadPrompt {
  let bytes: Uint8Array = job.body;
  let body: unknown;
  try {
    bytes = decodeBody(job.body, job.contentEncoding);
    body = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    // A parser's message quotes the text, which is a prompt.
    const why = error instanceof SyntaxError ? 'the body is no JSON' : 'the body could not be unpacked';
    return unreadPrompt(job, bytes.length, why);
  }
  try {
    const request = { ...job.facts, body };
    const identity = recognition.identify(request);
    const count = counter.count(body, job.facts.protocol, modelInPath(job.facts.path));
    return {
      model: count.model || 'unknown',
      stream: count.body.stream || job.facts.path.endsWith(':streamGenerateContent'),
      maxOutput: count.body.maxOutput,
      kind: identity.kind ?? 'work',
      tokens: count.tokens,
      counted: count.counted,
      plusMinus: count.plusMinus,
      estimated: count.tokens,
      parts: count.parts,
      unusedTools: count.unusedTools,
      body: count.body,
      identity,
      ...recognition.marks(body),
    };
  } catch {
    return unreadPrompt(job, bytes.length, 'the body is not of the shape its path promises');
  }
}
