import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { usage } from '../../core/usage.ts';
import { type DatabaseFormat, type DatabaseStep, NonsenseLine, type Places } from '../agent.ts';
import { userFolders } from '../editorStorage.ts';
import { field, textField } from '../requestBody.ts';
import { nextRows } from '../rowWalk.ts';
import { momentOf, tokens } from '../tokenCounts.ts';
import { cursorModes } from './modes.ts';

/** Messages can be large: some tens of MB a step. */
const stepRows = 2000;

/**
 * `globalStorage/state.vscdb` of Cursor, which is nobody's documented interface (shapes as several public readers of it describe them: `bubbleId:<conversation>:
 * <message>` with `type` 2 = answer, `tokenCount`, `modelInfo.modelName`, `createdAt`; `composerData:<conversation>` with `unifiedMode`, `modelConfig`).
 * A row that is written again gets a new number, so numbers tell what is new.
 *
 * Current versions leave `tokenCount` at zero: those answers are counted as telling no usage. Nothing is estimated from their texts, as most of a prompt (rules,
 * files, tool results) is not in them. The cache's share of the input is not told.
 */
export const cursorChats: DatabaseFormat = {
  kind: 'database',
  paths: (places: Places) =>
    userFolders(places)
      .filter((folder) => /[/\\]\.?cursor(-server)?[/\\]/i.test(folder))
      .map((folder) => join(folder, 'globalStorage', 'state.vscdb')),
  read: readStep,
};

function readStep(db: DatabaseSync, resume: unknown): DatabaseStep {
  // A new Cursor has the file before it has the table.
  const hasTable = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'cursorDiskKV'`).get() !== undefined;
  if (!hasTable) return { observations: [], cursor: undefined };
  const top = Number(field(db.prepare('SELECT max(rowid) AS top FROM cursorDiskKV').get(), 'top') ?? 0);
  const step = nextRows(top, resume, stepRows, (row) =>
    textField(db.prepare('SELECT key FROM cursorDiskKV WHERE rowid = ?').get(row), 'key'),
  );
  if (!step) return { observations: [], cursor: undefined };
  const observations: Observation[] = [];
  let nonsense = 0;
  let untold = 0;
  for (const row of bubbles(db, step.from, step.to)) {
    try {
      const seen = bubbleObservation(row);
      if (seen) observations.push(seen);
      // Steps of tools have no text; an answer that was read before is not told of again.
      else if (Number(field(row, 'type')) === 2 && Number(field(row, 'length') ?? 0) > 0) untold += 1;
    } catch (error) {
      if (!(error instanceof NonsenseLine)) throw error;
      nonsense += 1;
    }
  }
  return { observations, cursor: step.cursor, more: step.more, nonsense, untold };
}

/** What counts of each message; its texts stay where they are. */
function bubbles(db: DatabaseSync, from: number, to: number): Iterable<unknown> {
  return db
    .prepare(
      `WITH rows AS (SELECT rowid AS n, key, CAST(value AS TEXT) AS text FROM cursorDiskKV
          WHERE rowid BETWEEN ? AND ? AND key >= 'bubbleId:' AND key < 'bubbleId;' AND value IS NOT NULL),
        valid AS (SELECT n, key, CASE WHEN json_valid(text) THEN text END AS text FROM rows)
       SELECT valid.key AS key, valid.text IS NULL AS broken, json_extract(text, '$.type') AS type,
              json_extract(text, '$.tokenCount.inputTokens') AS input, json_extract(text, '$.tokenCount.outputTokens') AS output,
              json_extract(text, '$.modelInfo.modelName') AS model, json_extract(text, '$.createdAt') AS created,
              json_extract(text, '$.timingInfo.clientStartTime') AS began, json_extract(text, '$.requestId') AS request,
              length(json_extract(text, '$.text')) AS length,
              CASE WHEN json_valid(CAST(c.value AS TEXT)) THEN json_extract(CAST(c.value AS TEXT), '$.unifiedMode') END AS mode,
              CASE WHEN json_valid(CAST(c.value AS TEXT)) THEN json_extract(CAST(c.value AS TEXT), '$.modelConfig.modelName') END AS usual
         FROM valid LEFT JOIN cursorDiskKV c
           ON c.key = 'composerData:' || substr(valid.key, 10, instr(substr(valid.key, 10), ':') - 1)
        ORDER BY n DESC`,
    )
    .iterate(from, to);
}

function bubbleObservation(row: unknown): Observation | undefined {
  if (Number(field(row, 'broken')) === 1) throw new NonsenseLine('not JSON');
  const [, conversation, bubble] = /^bubbleId:([^:]+):(.+)$/s.exec(textField(row, 'key') ?? '') ?? [];
  const [input, output] = [tokens(row, 'input'), tokens(row, 'output')];
  if (input + output === 0) return undefined;
  if (!conversation || !bubble) throw new NonsenseLine('a message of no conversation');
  const model = textField(row, 'model') ?? textField(row, 'usual') ?? 'default';
  const mode = textField(row, 'mode');
  const request = textField(row, 'request');
  return {
    source: 'sessions',
    keys: [`bubble:${conversation}:${bubble}`],
    at: endOf(row),
    agent: 'cursor',
    task: `cursor:${conversation}`,
    run: request && `cursor:${request}`,
    mode: mode ? modeOf(mode, cursorModes) : undefined,
    kind: 'work',
    provider: 'cursor',
    model,
    usage: usage({ uncachedInput: input, output }),
    counted: 'reported',
    billing: 'plan',
    outcome: 'ok',
  };
}

function endOf(row: unknown): number {
  const began = field(row, 'began');
  return typeof began === 'number' && began > 1e12 ? Math.round(began) : momentOf(field(row, 'created'));
}
