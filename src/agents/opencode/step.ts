import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, usage } from '../../core/usage.ts';
import { NonsenseLine } from '../agent.ts';
import { field, parsed, textField } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';
import type { CoreDatabase } from './database.ts';

/** Agents of the core that are no modes of work. */
const sideAgents = ['title', 'summary', 'compaction'];

/**
 * One `step-finish` part with its message and session → one request, or none where an aborted step left zeros.
 * `input` excludes the cache, `output` excludes reasoning. A fork copies parts under new ids but keeps the message's
 * own times, so time, model, counts and place in the message together are a second identity.
 */
export function stepObservation(core: CoreDatabase, row: unknown): Observation | undefined {
  const step = parsed(textField(row, 'step'));
  if (step === undefined) throw new NonsenseLine('not JSON');
  if (field(step, 'type') !== 'step-finish') return undefined;
  const message = parsed(textField(row, 'message'));
  const counts = field(step, 'tokens');
  const cache = field(counts, 'cache');
  const reasoning = tokens(counts, 'reasoning');
  const routed = field(step, 'model');
  const provider = textField(routed, 'providerID') ?? textField(message, 'providerID') ?? 'unknown';
  const written = tokens(cache, 'write');
  const used = usage({
    uncachedInput: tokens(counts, 'input'),
    cacheRead: tokens(cache, 'read'),
    // The core asks for no lifetime, so each provider's usual one holds.
    ...(provider === 'openai' ? { cacheWrite30m: written } : { cacheWrite5m: written }),
    output: tokens(counts, 'output') + reasoning,
    reasoning,
  });
  if (!toldUsage(used)) return undefined;
  const model = textField(routed, 'modelID') ?? textField(message, 'modelID');
  const session = textField(row, 'session');
  const id = textField(row, 'id');
  const began = momentIn(field(message, 'time'), 'created');
  const at = endOf(row, step, message);
  if (!model || !session || !id || at === undefined) throw new NonsenseLine('a step without model, session or time');
  const counted = [used.uncachedInput, used.cacheRead, written, used.output].join('/');
  const nth = Number(field(row, 'stepsBefore') ?? 0);
  const parent = textField(row, 'parent');
  const prompt = textField(message, 'parentID');
  const name = textField(message, 'agent') ?? textField(message, 'mode');
  const isSide = name !== undefined && sideAgents.includes(name);
  const workspace = textField(field(message, 'path'), 'cwd') ?? textField(row, 'directory');
  const reported = core.costReporters.includes(provider) ? decimal(field(step, 'cost')) : undefined;
  return {
    source: 'sessions',
    keys: [
      `part:${id}`,
      ...(began === undefined ? [] : [`step:${core.agent}:${began}:${model}:${counted}${nth > 0 ? `/${nth}` : ''}`]),
    ],
    at,
    began,
    agent: core.agent,
    task: `${core.agent}:${session}`,
    parent: parent && `${core.agent}:${parent}`,
    run: prompt && `${core.agent}:${prompt}`,
    mode: name && !isSide ? modeOf(name, core.modes) : undefined,
    kind: isSide ? (name === 'title' ? 'title' : 'summary') : 'work',
    workspace,
    provider,
    model,
    usage: used,
    counted: 'reported',
    reportedUsd: reported,
    billing: 'unknown',
    outcome: 'ok',
  };
}

/** A step is over before its message is; a copied part has a later time of its own. */
function endOf(row: unknown, step: unknown, message: unknown): number | undefined {
  const own = momentIn(field(step, 'time'), 'end') ?? momentIn(row, 'at');
  const completed = momentIn(field(message, 'time'), 'completed');
  return own === undefined || completed === undefined ? (own ?? completed) : Math.min(own, completed);
}

function momentIn(record: unknown, name: string): number | undefined {
  const value = field(record, name);
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : undefined;
}

/** A stored cost as a plain decimal string; 0 only means that no price was known. */
function decimal(value: unknown): string | undefined {
  if (typeof value !== 'number' || !(value > 0) || value > 1e6) return undefined;
  return value.toFixed(12).replace(/\.?0+$/, '');
}
