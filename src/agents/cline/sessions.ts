import { join } from 'node:path';
import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, type Usage, usage } from '../../core/usage.ts';
import { type DocumentFormat, type DocumentReading, NonsenseLine, type Places } from '../agent.ts';
import { Collected } from '../collected.ts';
import { field, textField } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';
import { cacheWritten, taskFolder, usdOf } from '../uiMessages.ts';
import { clineModes, costReporters } from './facts.ts';

/**
 * Sessions of Cline's second generation (the extension since 4.1, the CLI): `sessions/<id>/<id>.messages.json`, a sub-agent's or team-mate's beside it under
 * its own name. The file is written over in place after each step, so it can be met half-written.
 */
export const clineSessions: DocumentFormat = {
  kind: 'document',
  roots: sessionFolders,
  matches: (path) => /[\\/][^\\/]+[\\/][^\\/]+\.messages\.json$/.test(path),
  read: (document, path, beside) => readSession(document, taskFolder(path), beside),
};

function sessionFolders({ env, home }: Places): readonly string[] {
  if (env.CLINE_SESSION_DATA_DIR) return [env.CLINE_SESSION_DATA_DIR];
  return [join(env.CLINE_DATA_DIR || join(env.CLINE_DIR || join(home, '.cline'), 'data'), 'sessions')];
}

function readSession(document: unknown, root: string, beside: (name: string) => unknown): DocumentReading {
  const messages = field(document, 'messages');
  const id = textField(document, 'sessionId') ?? root;
  if (!Array.isArray(messages)) throw new NonsenseLine('no session');
  const manifest = beside(`${root}.json`);
  const place = {
    source: 'sessions',
    agent: 'cline',
    task: `cline:${id}`,
    parent: id === root ? undefined : `cline:${root}`,
    workspace: textField(manifest, 'cwd') ?? textField(manifest, 'workspace_root'),
    billing: 'unknown',
  } as const;
  const collected = new Collected();
  let [run, mode]: [string | undefined, string | undefined] = [undefined, undefined];
  for (const message of messages as readonly unknown[]) {
    if (field(message, 'role') === 'user') {
      const said = textOf(message);
      if (said !== undefined) {
        mode = /<user_input\b[^>]*\bmode="(\w+)"/.exec(said)?.[1] ?? mode;
        run = textField(message, 'id') ?? run;
      }
      continue;
    }
    const [said, as] = [run, mode];
    collected.take(() => {
      const seen = answer(message, textField(manifest, 'model'));
      return (
        seen && {
          ...place,
          ...seen,
          run: said && `cline:${said}`,
          mode: as === undefined ? undefined : modeOf(as, clineModes),
          kind: 'work',
          counted: 'reported',
          outcome: 'ok',
        }
      );
    });
  }
  return collected;
}

/** What the user said; a turn that only brings tool results is none of theirs. */
function textOf(message: unknown): string | undefined {
  const content = field(message, 'content');
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = (content as readonly unknown[]).flatMap((block) => textField(block, 'text') ?? []);
  return texts.length > 0 ? texts.join('\n') : undefined;
}

type Answer = Pick<Observation, 'keys' | 'at' | 'provider' | 'model' | 'usage' | 'reportedUsd'>;

/** An assistant's message with its counts; `undefined` where there are none. A session that is built anew takes its messages along, ids and times and all. */
function answer(message: unknown, usualModel: string | undefined): Answer | undefined {
  const metrics = field(message, 'metrics');
  if (field(message, 'role') !== 'assistant' || metrics === undefined || metrics === null) return undefined;
  const [id, at, info] = [textField(message, 'id'), field(message, 'ts'), field(message, 'modelInfo')];
  const model = textField(info, 'id') ?? usualModel ?? 'unknown';
  const used = usageOf(metrics, model);
  if (!toldUsage(used)) return undefined;
  if (!id || typeof at !== 'number' || !Number.isFinite(at)) throw new NonsenseLine('an answer without id or time');
  const provider = textField(info, 'provider') ?? 'unknown';
  return {
    keys: [`cline:${id}/${at}`],
    at,
    provider,
    model,
    usage: used,
    reportedUsd: costReporters.includes(provider) ? usdOf(metrics, 'cost') : undefined,
  };
}

/** `inputTokens` holds what was read from and written to the cache. */
function usageOf(metrics: unknown, model: string): Usage {
  const [input, read, written] = [
    tokens(metrics, 'inputTokens'),
    tokens(metrics, 'cacheReadTokens'),
    tokens(metrics, 'cacheWriteTokens'),
  ];
  return usage({
    uncachedInput: Math.max(0, input - read - written),
    cacheRead: read,
    ...cacheWritten(model, written),
    output: tokens(metrics, 'outputTokens'),
  });
}
