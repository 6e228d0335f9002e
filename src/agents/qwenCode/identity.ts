import { guessedTask } from '../../core/guessedTask.ts';
import { modeOf } from '../../core/mode.ts';
import type { RequestKind } from '../../core/request.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { type KindMarker, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { conversationMark } from '../other/fingerprint.ts';
import { firstUserText, systemText, withoutTag } from '../requestBody.ts';
import { qwenModes } from './modes.ts';

const modeMarkers: readonly ModeMarker[] = [
  { pattern: /<system-reminder>\s*Plan mode is active\b/g, name: 'plan' },
  { pattern: /<system-reminder>\s*(?:Exited plan mode|Plan mode is no longer active)\b/gi, name: 'default' },
];

const kindMarkers: readonly KindMarker[] = [
  { kind: 'summary', system: /^\W*You are the component that summarizes (internal chat history|a conversation)\b/ },
  { kind: 'summary', system: /^\W*You are a specialized context summarizer\b/ },
  { kind: 'classification', system: /^\W*You are a security classifier for an AI coding agent\b/ },
  { kind: 'memory bank', system: /^\W*You are saving one explicit durable memory\b/ },
];

/** Its memory keepers offer tools, so no other marker would find them. */
const memory = /^\W*You are (now acting as the managed memory extraction subagent|performing a managed memory dream)\b/;

/** What it puts before the first prompt differs from one run to the next: skills, files, the state of the workspace. */
const reminders = 'system-reminder';

/**
 * Qwen Code sends nothing that names its session: the task goes by the first prompt of its conversation, which every later request repeats, also those of its
 * memory keepers. Its own record names it, and tells the same answers' ids.
 */
export function identifyQwenCode(facts: RequestFacts, key: string): Identity | undefined {
  const { headers, body } = facts;
  if (!headers['user-agent']?.startsWith('QwenCode/') || body === undefined) return undefined;
  const said = withoutTag(firstUserText(body) ?? '', reminders).trim();
  const mark = conversationMark({ ...facts, body: { messages: [{ role: 'user', content: said || '-' }] } }, key);
  if (!mark) return undefined;
  const system = systemText(body);
  const kind: RequestKind = memory.test(system) ? 'memory bank' : (markedKind(body, kindMarkers) ?? 'work');
  const mode =
    kind === 'work' && /^\W*You are Qwen Code\b/.test(system) ? (lastMarkedMode(body, modeMarkers) ?? 'default') : undefined;
  return {
    agent: 'qwen-code',
    task: guessedTask('qwen-code', mark),
    ...(mode ? { mode: modeOf(mode, qwenModes) } : {}),
    kind,
  };
}
