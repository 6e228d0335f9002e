import { join } from 'node:path';
import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, type Usage, usage } from '../../core/usage.ts';
import { type DocumentFormat, type DocumentReading, NonsenseLine, type Places } from '../agent.ts';
import { Collected } from '../collected.ts';
import { globalStorageRoots } from '../editorStorage.ts';
import { field, textField } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';
import { cacheWritten, taskFolder, type UiMessage, type UiRequest, uiMessages, uiMessagesPlace, usdOf } from '../uiMessages.ts';
import { clineModes, costReporters } from './facts.ts';

/** Stable and nightly. */
const folders = ['saoudrizwan.claude-dev', 'saoudrizwan.cline-nightly'];

/**
 * Providers whose `tokensIn` holds the cached tokens as well; all others take them out first. From the provider modules of
 * cline/cline, `src/core/api/providers`.
 */
const inclusive = ['openai', 'litellm', 'requesty'];

/** Tasks of the extension's first generation, which also the second one lists. */
export const clineTasks: DocumentFormat = {
  kind: 'document',
  roots: (places: Places) => folders.flatMap((folder) => globalStorageRoots(places, folder).map((root) => join(root, 'tasks'))),
  ...uiMessagesPlace,
  read: (document, path, beside, isFirst) => readTask(document, taskFolder(path), beside, isFirst),
};

/** Who answered, and what the agent acted as: on each message since 2025-11, before that in `task_metadata.json`. */
interface Model {
  readonly provider: string;
  readonly model: string;
  readonly mode?: string;
}

function readTask(document: unknown, id: string, beside: (name: string) => unknown, isFirst: boolean): DocumentReading {
  const { requests, others, nonsense } = uiMessages(document);
  const history = modelHistory(beside('task_metadata.json'));
  const collected = new Collected(nonsense);
  for (const request of requests) collected.take(() => requestOf(request, modelAt(request, history), id));
  for (const message of others) {
    const isSum = message.say === 'subagent_usage' || (message.say === 'deleted_api_reqs' && isFirst);
    if (isSum) collected.take(() => sumOf(message, modelAt(message, history), id));
  }
  return collected;
}

function requestOf({ ts, ended, prompt, info }: UiRequest, model: Model, id: string): Observation | undefined {
  const cancelled = textField(info, 'cancelReason');
  const seen = observation({ ts, prompt, key: `${ts}`, record: info, model, id });
  return (
    seen && {
      ...seen,
      at: ended,
      began: ts,
      outcome: cancelled === undefined ? 'ok' : cancelled === 'user_cancelled' ? 'cut' : 'error',
    }
  );
}

/**
 * Several requests in one record. Sub-agents' are written down nowhere else. Those of messages that were deleted were told one by one if the task was watched
 * then, so they are taken only from a task that is read for the first time.
 */
function sumOf({ ts, prompt, say, message }: UiMessage, model: Model, id: string): Observation | undefined {
  const text = textField(message, 'text');
  const record = text === undefined ? undefined : safeJson(text);
  const seen = observation({ ts, prompt, key: `${ts}/${say}`, record, model, id });
  return seen && { ...seen, kind: say === 'subagent_usage' ? 'search' : 'work', counted: 'summed' };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NonsenseLine('not JSON');
  }
}

interface Told {
  readonly ts: number;
  readonly prompt: number;
  readonly key: string;
  readonly record: unknown;
  readonly model: Model;
  readonly id: string;
}

function observation({ ts, prompt, key, record, model, id }: Told): Observation | undefined {
  const used = usageOf(record, model);
  if (!toldUsage(used)) return undefined;
  return {
    source: 'sessions',
    keys: [`cline:${id}/${key}`],
    at: ts,
    agent: 'cline',
    task: `cline:${id}`,
    run: `cline:${id}/${prompt}`,
    mode: model.mode === undefined ? undefined : modeOf(model.mode, clineModes),
    kind: 'work',
    // Its `openai` is whatever speaks OpenAI's protocol.
    provider: model.provider === 'openai' ? 'openai-compatible' : model.provider,
    model: model.model,
    usage: used,
    counted: 'reported',
    reportedUsd: costReporters.includes(model.provider) ? usdOf(record, 'cost') : undefined,
    billing: 'unknown',
    outcome: 'ok',
  };
}

function usageOf(record: unknown, { provider, model }: Model): Usage {
  const [input, read, written] = [tokens(record, 'tokensIn'), tokens(record, 'cacheReads'), tokens(record, 'cacheWrites')];
  const isInclusive = inclusive.includes(provider) && input >= read + written;
  return usage({
    uncachedInput: isInclusive ? input - read - written : input,
    cacheRead: read,
    ...cacheWritten(model, written),
    output: tokens(record, 'tokensOut'),
  });
}

function modelAt({ ts, message }: UiMessage, history: readonly (Model & { readonly ts: number })[]): Model {
  const own = field(message, 'modelInfo');
  const [provider, model] = [textField(own, 'providerId'), textField(own, 'modelId')];
  if (provider && model) return { provider, model, mode: textField(own, 'mode') };
  // A task's first entry is written a moment after its first request was announced.
  return history.findLast((entry) => entry.ts <= ts) ?? history[0] ?? { provider: 'unknown', model: 'unknown' };
}

function modelHistory(metadata: unknown): readonly (Model & { readonly ts: number })[] {
  const entries = field(metadata, 'model_usage');
  if (!Array.isArray(entries)) return [];
  return (entries as readonly unknown[]).flatMap((entry) => {
    const [ts, provider, model] = [field(entry, 'ts'), textField(entry, 'model_provider_id'), textField(entry, 'model_id')];
    return typeof ts === 'number' && provider && model ? [{ ts, provider, model, mode: textField(entry, 'mode') }] : [];
  });
}
