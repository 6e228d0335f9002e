import { guessedTask } from '../../core/guessedTask.ts';
import { modeOf } from '../../core/mode.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { type KindMarker, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { conversationMark } from '../other/fingerprint.ts';
import { systemText } from '../requestBody.ts';
import type { RooProduct } from './tasks.ts';

const modeMarkers: readonly ModeMarker[] = [
  { pattern: /# Current Mode\s*\n<slug>([^<\n]+)<\/slug>/g, name: (match) => match[1] ?? 'code' },
];

/** The role at the beginning of the system prompt: users may write their own. */
const roles: readonly (readonly [RegExp, string])[] = [
  [/\bstrategic workflow orchestrator\b/, 'orchestrator'],
  [/\bexperienced technical leader\b/, 'architect'],
  [/\bexpert software debugger\b/, 'debug'],
  [/\bknowledgeable technical assistant\b/, 'ask'],
  [/\bhighly skilled software engineer\b/, 'code'],
];

const kindMarkers: readonly KindMarker[] = [
  { kind: 'summary', system: /^\W*Your task is to create a detailed summary of the conversation so far\b/ },
  { kind: 'summary', said: /^\W*CRITICAL: This summarization request is a SYSTEM OPERATION\b/ },
  { kind: 'prompt enhancement', said: /^\W*Generate an enhanced version of this prompt\b/ },
];

/**
 * Roo Code, Zoo Code, and Kilo Code 5 where it sends no id of its task: they send none, so the task goes by the beginning of its conversation (which holds
 * the time it was begun). With Anthropic's own protocol there is no header either: then only the prompt tells.
 */
export function identifyRoo(facts: RequestFacts, key: string): Identity | undefined {
  if (facts.body === undefined) return undefined;
  const agent = byHeaders(facts.headers) ?? byPrompt(facts.body);
  const mark = agent && conversationMark(facts, key);
  if (!agent || !mark) return undefined;
  const kind = markedKind(facts.body, kindMarkers) ?? 'work';
  const mode = kind === 'work' ? modeName(facts.body) : undefined;
  return { agent, task: guessedTask(agent, mark), ...(mode ? { mode: modeOf(mode) } : {}), kind };
}

function byHeaders(headers: RequestFacts['headers']): RooProduct['agent'] | undefined {
  const from = headers['user-agent'] ?? '';
  const title = headers['x-title'];
  if (from.startsWith('RooCode/') || title === 'Roo Code') return 'roo-code';
  if (from.startsWith('ZooCode/') || title === 'Zoo Code') return 'zoo-code';
  // Kilo 7 names its session and was recognised by that.
  return from.startsWith('Kilo-Code/') || title === 'Kilo Code' ? 'kilo' : undefined;
}

function byPrompt(body: unknown): RooProduct['agent'] | undefined {
  if (lastMarkedMode(body, modeMarkers) === undefined) return undefined;
  const system = systemText(body).slice(0, 200);
  if (/\bYou are Kilo Code\b/.test(system)) return 'kilo';
  return /\bYou are Zoo\b/.test(system) ? 'zoo-code' : 'roo-code';
}

function modeName(body: unknown): string | undefined {
  const marked = lastMarkedMode(body, modeMarkers);
  if (marked) return marked;
  const role = systemText(body).slice(0, 400);
  return roles.find(([pattern]) => pattern.test(role))?.[1];
}
