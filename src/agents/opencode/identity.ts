import { type ModeKind, modeOf } from '../../core/mode.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { type KindMarker, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { toolCount } from '../requestBody.ts';

/** The two products of one core, and what differs between them at the gateway. */
export interface Core {
  readonly agent: 'opencode' | 'kilo';
  readonly modes: Readonly<Record<string, ModeKind>>;
  readonly markers: readonly ModeMarker[];
  /** What it acts as where its prompt names nothing. */
  readonly usual: string;
  /** The mode named by a header or the system prompt, which wins over nothing but the usual one. */
  named?(facts: RequestFacts): string | undefined;
}

const kindMarkers: readonly KindMarker[] = [
  { kind: 'summary', said: /^\W*Here is the conversation so far:\s*<conversation>/ },
  { kind: 'summary', said: /^\W*Provide a detailed prompt for continuing our conversation above\b/m },
  { kind: 'summary', system: /^\W*Summarize what was done in this conversation\b/m },
];

/** Sub-agents are sessions of their own that name their parent; a title request is sent under its session's id. */
export function identifyCore(core: Core, facts: RequestFacts): Identity | undefined {
  const { headers, body } = facts;
  const sent =
    headers['x-session-id'] ??
    headers['x-session-affinity'] ??
    headers['x-opencode-session-id'] ??
    headers['x-opencode-session'] ??
    headers['x-kilo-session'] ??
    headers['x-kilocode-taskid'];
  if (!sent) return undefined;
  const isTitle = sent.startsWith('title-') || headers['x-kilocode-mode'] === 'title';
  const session = sent.replace(/^title-/, '');
  const parent = headers['x-parent-session-id'] ?? headers['x-opencode-parent-session-id'] ?? headers['x-kilocode-parenttaskid'];
  const kind = isTitle ? 'title' : (markedKind(body, kindMarkers) ?? 'work');
  const name = modeName(core, facts);
  return {
    agent: core.agent,
    task: `${core.agent}:${session}`,
    ...(parent ? { parent: `${core.agent}:${parent}` } : {}),
    ...(kind === 'work' && name ? { mode: modeOf(name, core.modes) } : {}),
    ...(body === undefined && kind === 'work' ? {} : { kind }),
  };
}

function modeName(core: Core, facts: RequestFacts): string | undefined {
  const header = facts.headers['x-kilocode-mode'];
  if (header && header !== 'title') return header;
  if (facts.body === undefined) return undefined;
  const marked = lastMarkedMode(facts.body, core.markers) ?? core.named?.(facts);
  if (marked) return marked;
  // Without tools nothing can be built: such a request is some side request we do not know. A sub-agent's name is
  // not told here; its own record will.
  const isSubAgent = facts.headers['x-parent-session-id'] !== undefined;
  return toolCount(facts.body) > 0 && !isSubAgent ? core.usual : undefined;
}
