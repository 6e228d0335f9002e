import { guessedTask } from '../../core/guessedTask.ts';
import { type ModeKind, modeOf } from '../../core/mode.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { type KindMarker, markedKind } from '../kinds.ts';
import { conversationMark } from '../other/fingerprint.ts';
import { firstUserText, openingText, systemText, withoutTag } from '../requestBody.ts';

/** Approval modes and the built-in sub-agents, lower case. */
export const geminiModes: Readonly<Record<string, ModeKind>> = {
  plan: 'architect',
  default: 'code',
  autoedit: 'code',
  yolo: 'code',
  codebase_investigator: 'ask',
  cli_help: 'ask',
  generalist: 'code',
};

const kindMarkers: readonly KindMarker[] = [
  { kind: 'router', system: /^\W*You are a (specialized )?Task Routing AI\b/ },
  // Whether the conversation turns in a circle.
  { kind: 'classification', system: /^\W*You are a (sophisticated AI )?diagnostic agent\b/ },
  { kind: 'summary', system: /^\W*You are a specialized system component responsible for distilling chat history\b/ },
  { kind: 'summary', said: /^\W*You are an expert context compressor\b/ },
];

/** It opens a conversation with this, which is made anew when the conversation is resumed. */
const sessionContext = 'session_context';

/**
 * Gemini CLI sends nothing that names its session: the task goes by the folder and the first prompt of its conversation, which every later request repeats, in
 * one turn or in two. Side requests that leave them out (the router's, once the conversation is long, holds its newest turns only) and sub-agents go by what they
 * begin with, until the agent's own record names them.
 */
export function identifyGeminiCli(facts: RequestFacts, key: string): Identity | undefined {
  const { headers, body } = facts;
  if (!headers['user-agent']?.startsWith('GeminiCLI')) return undefined;
  if (body === undefined) return undefined;
  const first = openingText(body) || (firstUserText(body) ?? '');
  const workspace = workspaceIn(first);
  const said = `${workspace ?? ''}\n${withoutTag(first, sessionContext)}`;
  const mark = conversationMark({ ...facts, body: { messages: [{ role: 'user', content: said }] } }, key);
  if (!mark) return undefined;
  const kind = markedKind(body, kindMarkers) ?? 'work';
  const mode = kind === 'work' ? modeName(systemText(body)) : undefined;
  return {
    agent: 'gemini-cli',
    task: guessedTask('gemini-cli', mark),
    ...(mode ? { mode: modeOf(mode, geminiModes) } : {}),
    kind,
    ...(workspace ? { workspace } : {}),
  };
}

/** The first of the folders that the session was opened in. */
export function workspaceIn(text: string): string | undefined {
  return /\*\*Workspace Directories:\*\*\n\s*- ([^\n]+)/.exec(text)?.[1];
}

/** `You are currently operating in **Plan** mode.`; of a sub-agent, which has a system prompt of its own, nothing is known. */
function modeName(system: string): string | undefined {
  if (!/^\W*You are (Gemini CLI|an interactive CLI agent|a non-interactive CLI agent)\b/.test(system)) return undefined;
  const named =
    /\boperating in \*\*([\w -]+)\*\* mode\b/.exec(system)?.[1] ?? /^# Active Approval Mode: (\w+)/m.exec(system)?.[1];
  return named?.replace(/[\s-]/g, '').toLowerCase() ?? 'default';
}
