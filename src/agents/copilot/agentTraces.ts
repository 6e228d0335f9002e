import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { answerKeys } from '../../core/answerKey.ts';
import { modeOf } from '../../core/mode.ts';
import type { Observation, RequestKind } from '../../core/request.ts';
import { usage } from '../../core/usage.ts';
import { type DatabaseFormat, type DatabaseStep, NonsenseLine } from '../agent.ts';
import { globalStorageRoots } from '../editorStorage.ts';
import { field, textField } from '../requestBody.ts';
import { nextRows } from '../rowWalk.ts';
import { tokens } from '../tokenCounts.ts';
import { usdOfNanoCredits } from './credits.ts';
import { copilotModes } from './modes.ts';
import { github, ownSeller } from './provider.ts';

const stepRows = 5000;

/** `copilot_chat.debug_log_label` of a chat's own side conversations. */
const kinds: Readonly<Record<string, RequestKind>> = {
  title: 'title',
  categorization: 'classification',
  summarization: 'summary',
};

/** Attributes that are no column of `spans`. */
const attributes = {
  response: 'gen_ai.response.id',
  written: 'gen_ai.usage.cache_creation.input_tokens',
  nano: 'copilot_chat.copilot_usage_nano_aiu',
  parent: 'copilot_chat.parent_chat_session_id',
  label: 'copilot_chat.debug_log_label',
  mode: 'copilot_chat.mode_name',
  branch: 'copilot_chat.repo.head_branch_name',
} as const;

/**
 * `agent-traces.db` of VS Code's Copilot: the spans of its chat, where the user has turned `github.copilot.chat.otel.dbSpanExporter.enabled` on. They are kept seven
 * days. (microsoft/vscode, `otelSqliteStore.ts`, schema 2; the same table is in the extension of VS Code 1.139.1.) A `chat` span is one model call; those of an
 * agent's run hold sums of them and are left out. They are what an OTLP receiver would be sent, so they come in under that name, and the same answer's id makes
 * one row of both.
 */
export const agentTraces: DatabaseFormat = {
  kind: 'database',
  paths: (places) => globalStorageRoots(places, 'github.copilot-chat').map((folder) => join(folder, 'agent-traces.db')),
  read: readStep,
};

function readStep(db: DatabaseSync, resume: unknown): DatabaseStep {
  const top = Number(field(db.prepare('SELECT max(rowid) AS top FROM spans').get(), 'top') ?? 0);
  const step = nextRows(top, resume, stepRows, (row) =>
    textField(db.prepare('SELECT span_id AS id FROM spans WHERE rowid = ?').get(row), 'id'),
  );
  if (!step) return { observations: [], cursor: undefined };
  const columns = Object.entries(attributes).map(
    ([column, key]) => `(SELECT value FROM span_attributes a WHERE a.span_id = s.span_id AND key = '${key}') AS ${column}`,
  );
  const rows = db
    .prepare(
      `SELECT s.span_id AS id, start_time_ms AS began, end_time_ms AS at, status_code AS status, provider_name AS provider,
              agent_name AS name, coalesce(chat_session_id, conversation_id) AS session, request_model AS asked,
              response_model AS model, input_tokens AS input, output_tokens AS output, cached_tokens AS cached,
              reasoning_tokens AS reasoning, ${columns.join(', ')}
         FROM spans s WHERE rowid BETWEEN ? AND ? AND operation_name = 'chat' ORDER BY rowid DESC`,
    )
    .iterate(step.from, step.to);
  const observations: Observation[] = [];
  let nonsense = 0;
  let untold = 0;
  for (const row of rows) {
    try {
      const seen = spanObservation(row);
      if (seen) observations.push(seen);
      else untold += 1;
    } catch (error) {
      if (!(error instanceof NonsenseLine)) throw error;
      nonsense += 1;
    }
  }
  return { observations, cursor: step.cursor, more: step.more, nonsense, untold };
}

/** Input holds the cache, output the reasoning. `undefined` = a call without counts: it failed, or was cancelled. */
export function spanObservation(row: unknown): Observation | undefined {
  const session = textField(row, 'session');
  const model = textField(row, 'model') ?? textField(row, 'asked');
  const at = field(row, 'at');
  if (!session || !model || typeof at !== 'number') throw new NonsenseLine('a call without session, model or time');
  const [input, output, cacheRead] = [tokens(row, 'input'), tokens(row, 'output'), tokens(row, 'cached')];
  const written = Number(textField(row, 'written') ?? 0) || 0;
  if (input === 0) return undefined;
  const label = textField(row, 'label');
  const kind = kinds[label ?? ''] ?? 'work';
  const parent = textField(row, 'parent');
  const name = parent ? textField(row, 'name') : textField(row, 'mode');
  const seller = textField(row, 'provider') === 'github' ? github : ownSeller(textField(row, 'provider'));
  const began = field(row, 'began');
  return {
    source: 'otlp',
    keys: [`span:${textField(row, 'id')}`, ...keysOf(textField(row, 'response'))],
    at,
    began: typeof began === 'number' && began <= at ? began : undefined,
    agent: 'copilot',
    task: `copilot:${session}`,
    parent: parent && parent !== session ? `copilot:${parent}` : undefined,
    mode: name && kind === 'work' ? modeOf(name, copilotModes) : undefined,
    kind,
    branch: textField(row, 'branch'),
    ...seller,
    model,
    usage: usage({
      uncachedInput: Math.max(0, input - cacheRead - written),
      cacheRead,
      ...(/^(gpt|o\d)/.test(model) ? { cacheWrite30m: written } : { cacheWrite5m: written }),
      output,
      reasoning: tokens(row, 'reasoning'),
    }),
    counted: 'reported',
    reportedUsd: seller === github ? usdOfNanoCredits(Number(textField(row, 'nano') ?? 0)) : undefined,
    outcome: 'ok',
  };
}

function keysOf(id: string | undefined): readonly string[] {
  if (id?.startsWith('msg_')) return answerKeys('msg', id);
  if (id?.startsWith('resp_')) return answerKeys('resp', id);
  return id?.startsWith('chatcmpl-') ? answerKeys('chat', id) : [];
}
