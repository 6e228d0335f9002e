import { join } from 'node:path';
import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, type Usage, usage } from '../../core/usage.ts';
import type { DocumentFormat, DocumentReading } from '../agent.ts';
import { Collected } from '../collected.ts';
import { chosenStorageRoots, globalStorageRoots } from '../editorStorage.ts';
import { field, textField } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';
import { cacheWritten, taskFolder, type UiMessage, type UiRequest, uiMessages, uiMessagesPlace, usdOf } from '../uiMessages.ts';
import { type InForce, inForceAt, inForceOf } from './conversation.ts';

/** One of the extensions that share this format. */
export interface RooProduct {
  readonly agent: 'roo-code' | 'zoo-code' | 'kilo';
  /** The extension's id, lower case. */
  readonly folder: string;
  /** Its setting for another folder to keep tasks in. */
  readonly storageSetting: string;
}

/** The identity of a request for every source that knows its task and the `ts` of its `api_req_started`. */
export function rooKey(taskId: string, ts: number): string {
  return `roo:${taskId}/${ts}`;
}

/** Tasks of Roo Code, Zoo Code and Kilo Code 4 and 5: one folder each, read from `ui_messages.json` and the files beside it. */
export function rooTasks(product: RooProduct): DocumentFormat {
  return {
    kind: 'document',
    roots: (places) =>
      [...globalStorageRoots(places, product.folder), ...chosenStorageRoots(places, product.storageSetting)].map((folder) =>
        join(folder, 'tasks'),
      ),
    ...uiMessagesPlace,
    read: (document, path, beside) => readTask(product, document, taskFolder(path), beside),
  };
}

function readTask({ agent }: RooProduct, document: unknown, id: string, beside: (name: string) => unknown): DocumentReading {
  const { requests, others, nonsense } = uiMessages(document);
  const item = historyItem(id, beside);
  const forces = inForceOf(beside('api_conversation_history.json'));
  const excludesCache = requests.some(({ info }) => isExclusive(info));
  const parent = textField(item, 'parentTaskId');
  const place = {
    source: 'sessions',
    agent,
    task: `${agent}:${id}`,
    parent: parent && `${agent}:${parent}`,
    workspace: textField(item, 'workspace'),
    billing: 'unknown',
  } as const;
  const collected = new Collected(nonsense);
  for (const request of requests) {
    const force = inForceAt(forces, request.until);
    collected.take(() => requestOf(request, force, excludesCache, place, id));
  }
  for (const message of others)
    if (message.say === 'condense_context') collected.take(() => condensed(message, inForceAt(forces, message.ts), place, id));
  return collected;
}

type PlaceOf = Pick<Observation, 'source' | 'agent' | 'task' | 'parent' | 'workspace' | 'billing'>;

function requestOf(
  { ts, ended, prompt, info }: UiRequest,
  { mode, model = 'unknown' }: InForce,
  excludesCache: boolean,
  place: PlaceOf,
  id: string,
): Observation | undefined {
  const used = rooUsage(info, model, excludesCache);
  // Counts come when the answer is over; before, and where the provider told none, there is nothing to count.
  if (!toldUsage(used)) return undefined;
  const cancelled = textField(info, 'cancelReason');
  // Only Kilo's own provider says who really served; it bills what it says.
  const isKilo = place.agent === 'kilo' && textField(info, 'inferenceProvider') !== undefined;
  return {
    ...place,
    keys: [rooKey(id, ts)],
    at: ended,
    began: ts,
    run: `${place.task}/${prompt}`,
    mode: mode === undefined ? undefined : modeOf(mode),
    kind: 'work',
    provider: isKilo ? 'kilo' : 'unknown',
    model,
    usage: used,
    counted: 'reported',
    reportedUsd: isKilo ? usdOf(info, 'cost') : undefined,
    outcome: cancelled === undefined ? 'ok' : cancelled === 'user_cancelled' ? 'cut' : 'error',
  };
}

/** `tokensIn` includes the cache, but not that of Anthropic's before Roo 3.29.5: there it can be smaller than what was cached. */
export function rooUsage(info: unknown, model: string, excludesCache: boolean): Usage {
  const [input, read, written] = [tokens(info, 'tokensIn'), tokens(info, 'cacheReads'), tokens(info, 'cacheWrites')];
  const isExclusive = input < read + written || (excludesCache && textField(info, 'apiProtocol') !== 'openai');
  return usage({
    uncachedInput: isExclusive ? input : input - read - written,
    cacheRead: read,
    ...cacheWritten(model, written),
    output: tokens(info, 'tokensOut'),
  });
}

/** One such record shows how the whole task was counted. Nonsense is told where the record itself is read. */
function isExclusive(info: unknown): boolean {
  const count = (name: string): number => {
    const value = field(info, name);
    return typeof value === 'number' ? value : 0;
  };
  return textField(info, 'apiProtocol') !== 'openai' && count('tokensIn') < count('cacheReads') + count('cacheWrites');
}

/** The request that condensed the conversation: its tokens are written down nowhere, only how long the conversation was and became. */
function condensed(
  { ts, prompt, message }: UiMessage,
  { mode, model = 'unknown' }: InForce,
  place: PlaceOf,
  id: string,
): Observation | undefined {
  const facts = field(message, 'contextCondense');
  const before = tokens(facts, 'prevContextTokens');
  const summary = textField(facts, 'summary');
  if (before === 0 || summary === undefined) return undefined;
  return {
    ...place,
    keys: [rooKey(id, ts)],
    at: ts,
    run: `${place.task}/${prompt}`,
    mode: mode === undefined ? undefined : modeOf(mode),
    kind: 'summary',
    provider: 'unknown',
    model,
    // Four letters are about a token.
    usage: usage({ uncachedInput: before, output: Math.ceil(summary.length / 4) }),
    counted: 'estimated',
    outcome: 'ok',
  };
}

/** What the task list knows of a task: since Roo 3.49 a file of its own, and all of them in one. */
function historyItem(id: string, beside: (name: string) => unknown): unknown {
  const own = beside('history_item.json');
  if (textField(own, 'id') === id) return own;
  const entries = field(beside(join('..', '_index.json')), 'entries');
  return Array.isArray(entries) ? entries.find((entry: unknown) => textField(entry, 'id') === id) : undefined;
}
