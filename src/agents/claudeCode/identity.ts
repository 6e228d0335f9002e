import { type ModeKind, modeOf } from '../../core/mode.ts';
import type { RequestKind } from '../../core/request.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { asksForTitleOnly, type KindMarker, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { field, parsed, textField, toolCount } from '../requestBody.ts';

/** Permission modes and the built-in sub-agents, lower case. */
export const claudeModes: Readonly<Record<string, ModeKind>> = {
  plan: 'architect',
  default: 'code',
  acceptedits: 'code',
  bypasspermissions: 'code',
  dontask: 'code',
  auto: 'code',
  'general-purpose': 'code',
  explore: 'ask',
};

/** Leaving the plan mode is told once, in the turn in which it happens. */
const modeMarkers: readonly ModeMarker[] = [
  { pattern: /\bPlan mode is active\b/g, name: 'plan' },
  { pattern: /\b(Exited Plan Mode|You have exited plan mode)\b/gi, name: 'default' },
];

const kindMarkers: readonly KindMarker[] = [
  {
    kind: 'summary',
    // Since 2.1 it offers the tools of the session, so that what is cached stays so.
    tools: true,
    said: /^CRITICAL: Respond with TEXT ONLY[^\n]*\n[\s\S]{0,400}?\nYour task is to create a detailed summary of the conversation so far\b/,
  },
  { kind: 'classification', system: /\bAnalyze if this message indicates a new conversation topic\b/ },
  {
    kind: 'title',
    system: /^\W*(Generate a concise, sentence-case title|Summarize this coding conversation in under 50 characters)/m,
  },
  {
    kind: 'summary',
    said: /^\W*(CRITICAL: Respond with TEXT ONLY[^\n]*\n[\s\S]{0,400})?Your task is to create a detailed summary of the conversation so far\b/m,
  },
];

/** Recognises the CLI, the SDK and the VS Code extension, which send the same headers. */
export function identifyClaudeCode(facts: RequestFacts): Identity | undefined {
  const { headers, body } = facts;
  const agentHeader = headers['x-claude-code-session-id'];
  if (!agentHeader && !headers['user-agent']?.startsWith('claude-cli/')) return undefined;
  const session = agentHeader ?? sessionInBody(body);
  if (!session) return undefined;
  const root = `claude-code:${session}`;
  const subAgent = headers['x-claude-code-agent-id'];
  const isSubAgent = subAgent !== undefined && !isAside(subAgent);
  const prompt = headers['x-claude-code-prompt-id'];
  const kind = kindOf(facts);
  const mode = modeName(facts, isSubAgent);
  return {
    agent: 'claude-code',
    task: isSubAgent ? `${root}/${subAgent}` : root,
    ...(isSubAgent ? { parent: root } : {}),
    ...(prompt ? { run: `claude-code:${prompt}` } : {}),
    ...(mode && kind === 'work' ? { mode: modeOf(mode, claudeModes) } : {}),
    ...(body === undefined && kind === 'work' ? {} : { kind }),
  };
}

/** A side question asked beside a running session: it belongs to that session, its file replays the session's lines. */
export function isAside(agentId: string): boolean {
  return agentId.startsWith('aside_question');
}

function modeName({ headers, body }: RequestFacts, isSubAgent: boolean): string | undefined {
  const type = headers['x-claude-code-agent-type'];
  if (isSubAgent && type) return type;
  if (body === undefined) return undefined;
  return lastMarkedMode(body, modeMarkers) ?? (isSubAgent ? undefined : 'default');
}

function kindOf({ headers, body }: RequestFacts): RequestKind {
  if (headers['x-claude-code-request-class'] === 'compaction') return 'summary';
  if (toolCount(body) === 0 && field(body, 'max_tokens') === 1) return 'classification';
  if (toolCount(body) === 0 && asksForTitleOnly(body)) return 'title';
  const marked = markedKind(body, kindMarkers);
  if (marked) return marked;
  return headers['x-claude-code-request-class'] === 'auxiliary' ? 'other' : 'work';
}

/** `metadata.user_id` is JSON since 2.1; before, `user_<hash>_account_<uuid>_session_<uuid>`. */
function sessionInBody(body: unknown): string | undefined {
  const user = textField(field(body, 'metadata'), 'user_id');
  return textField(parsed(user), 'session_id') ?? /_session_([0-9a-f-]{36})$/.exec(user ?? '')?.[1];
}
