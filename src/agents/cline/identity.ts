import { guessedTask } from '../../core/guessedTask.ts';
import { modeOf } from '../../core/mode.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { type KindMarker, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { conversationMark } from '../other/fingerprint.ts';
import { field, systemText, textField } from '../requestBody.ts';
import { clineModes } from './facts.ts';

const modeMarkers: readonly ModeMarker[] = [
  // The first generation tells in each turn, the second in its own notice when the mode changes.
  { pattern: /# Current Mode\s*\n(PLAN|ACT) MODE\b/g, name: (match) => (match[1] === 'PLAN' ? 'plan' : 'act') },
  { pattern: /<user_input\b[^>]*\bmode="(\w+)"/g, name: (match) => match[1] ?? 'act' },
];

const kindMarkers: readonly KindMarker[] = [
  { kind: 'summary', system: /^\W*Your task is to create a detailed summary of the conversation so far\b/ },
];

/** Tools that the second generation always offers, to its sub-agents too, whose system prompt is anybody's. */
const ownTools = ['read_files', 'search_codebase', 'run_commands'];

/**
 * Both generations. Only Cline's own provider is told the task: the second one's session id, or a ULID of the first one's that its files do not go by.
 * Everywhere else the task goes by the beginning of its conversation.
 */
export function identifyCline(facts: RequestFacts, key: string): Identity | undefined {
  const { headers, body } = facts;
  if (!isCline(facts)) return undefined;
  const sent = headers['x-task-id'];
  const isSession = sent !== undefined && /^\d{13}_\w+$/.test(sent);
  const mark = sent ?? conversationMark(facts, key);
  if (!mark) return undefined;
  const kind = markedKind(body, kindMarkers) ?? 'work';
  const mode = kind === 'work' && body !== undefined ? modeName(body) : undefined;
  return {
    agent: 'cline',
    task: isSession ? `cline:${sent}` : guessedTask('cline', mark),
    ...(mode ? { mode: modeOf(mode, clineModes) } : {}),
    ...(body === undefined ? {} : { kind }),
  };
}

function isCline({ headers, body }: RequestFacts): boolean {
  if (headers['user-agent']?.startsWith('Cline/') || headers['x-title'] === 'Cline') return true;
  if (body === undefined) return false;
  return /^\W*You are Cline\b/.test(systemText(body)) || ownTools.every((name) => toolNames(body).includes(name));
}

/** Acting is what it does unless told to plan; of a sub-agent, which has a system prompt of its own, nothing is known. */
function modeName(body: unknown): string | undefined {
  const marked = lastMarkedMode(body, modeMarkers);
  if (marked) return marked;
  if (toolNames(body).includes('switch_to_act_mode')) return 'plan';
  const system = systemText(body);
  return /^\W*You are Cline\b/.test(system) ? (/^# Plan Mode\b/m.test(system) ? 'plan' : 'act') : undefined;
}

function toolNames(body: unknown): readonly string[] {
  const tools = field(body, 'tools');
  if (!Array.isArray(tools)) return [];
  return (tools as readonly unknown[]).flatMap(
    (tool) => textField(tool, 'name') ?? textField(field(tool, 'function'), 'name') ?? [],
  );
}
