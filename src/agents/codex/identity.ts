import { type Mode, modeOf } from '../../core/mode.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { asksForTitleOnly, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { field, parsed, textField, toolCount } from '../requestBody.ts';

/** `default` is Codex's word for plain coding. */
const modeMarkers: readonly ModeMarker[] = [
  { pattern: /<collaboration_mode>\s*#\s*Plan Mode\b/gi, name: 'plan' },
  { pattern: /<collaboration_mode>\s*#\s*Collaboration Mode:\s*(\w+)/gi, name: (match) => match[1] ?? 'default' },
];

/** Recognises the CLI, `codex exec` and the VS Code extension. Threads are tasks; a spawned thread names its parent. */
export function identifyCodex(facts: RequestFacts): Identity | undefined {
  const { headers, body } = facts;
  const isCodex = headers.originator?.startsWith('codex') || headers['user-agent']?.startsWith('codex_');
  if (!isCodex) return undefined;
  const metadata = parsed(headers['x-codex-turn-metadata'] ?? textField(field(body, 'client_metadata'), 'x-codex-turn-metadata'));
  const root = headers['session-id'] ?? headers.session_id ?? headers.conversation_id ?? textField(metadata, 'session_id');
  const thread = headers['thread-id'] ?? textField(metadata, 'thread_id') ?? root ?? textField(body, 'prompt_cache_key');
  if (!thread) return undefined;
  const parent = headers['x-codex-parent-thread-id'] ?? (root !== thread ? root : undefined);
  const turn = textField(metadata, 'root_turn_id') ?? textField(metadata, 'turn_id');
  const kind = kindOf(body, metadata);
  const mode = kind === 'work' && body !== undefined ? codexMode(lastMarkedMode(body, modeMarkers)) : undefined;
  return {
    agent: 'codex',
    task: `codex:${thread}`,
    ...(parent ? { parent: `codex:${parent}` } : {}),
    ...(turn ? { run: `codex:${turn}` } : {}),
    ...(mode ? { mode } : {}),
    ...(body === undefined && metadata === undefined ? {} : { kind }),
  };
}

/** Codex names no mode in most turns: then it is coding. */
export function codexMode(name: string | undefined): Mode {
  return modeOf(name ?? 'default');
}

function kindOf(body: unknown, metadata: unknown) {
  if (textField(metadata, 'thread_source') === 'thread_title') return 'title';
  if (textField(metadata, 'request_kind')?.includes('compact')) return 'summary';
  if (toolCount(body) === 0 && asksForTitleOnly(body)) return 'title';
  return markedKind(body) ?? 'work';
}
