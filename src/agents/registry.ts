import type { AgentId, RequestKind } from '../core/request.ts';
import type { Agent, BaseUrls, Identity, Launch, RequestFacts } from './agent.ts';
import { claudeCodeAgent } from './claudeCode/agent.ts';
import { clineAgent } from './cline/agent.ts';
import { codexAgent } from './codex/agent.ts';
import { commandWord } from './commandWord.ts';
import { copilotAgent } from './copilot/agent.ts';
import { cursorAgent } from './cursor/agent.ts';
import { geminiCliAgent } from './geminiCli/agent.ts';
import { kiloAgent } from './kilo/agent.ts';
import { certainKind } from './kinds.ts';
import { opencodeAgent } from './opencode/agent.ts';
import { identifyOther, otherAgent } from './other/agent.ts';
import { processKey } from './other/fingerprint.ts';
import { qwenCodeAgent } from './qwenCode/agent.ts';
import { rooAgent, zooAgent } from './roo/agent.ts';
import { sampleAgent } from './sample/agent.ts';
import { workingFolder } from './workingFolder.ts';

/** Every agent the meter knows. The order is that of recognition; `other` takes what is left. */
export const agents: readonly Agent[] = [
  sampleAgent,
  claudeCodeAgent,
  codexAgent,
  kiloAgent,
  opencodeAgent,
  rooAgent,
  zooAgent,
  clineAgent,
  copilotAgent,
  cursorAgent,
  geminiCliAgent,
  qwenCodeAgent,
  otherAgent,
];

export function agentById(id: AgentId): Agent {
  return agents.find((agent) => agent.id === id) ?? otherAgent;
}

/** Who is asking, from the whole request. `key` makes the fingerprints of the unrecognised; without it they last as long as this process. */
export function identify(facts: RequestFacts, key: string = processKey): Identity {
  return completed(recognise(facts, key) ?? identifyOther(facts, key), facts);
}

/** Who is asking as far as the headers tell; `undefined` when only the body can tell. */
export function identifyByHeaders(facts: Omit<RequestFacts, 'body'>): Identity | undefined {
  const identity = recognise({ ...facts, body: undefined }, processKey);
  return identity && completed(identity, facts);
}

/** What the request is for; `work` unless something else is certain. */
export function requestKind(facts: RequestFacts): RequestKind {
  return identify(facts).kind ?? 'work';
}

/** Variables for a terminal whose agents are to be guarded. */
export function guardEnvironment(bases: BaseUrls): Record<string, string> {
  return Object.assign({}, ...agents.map((agent) => agent.environment?.(bases) ?? {}));
}

/** A command made ready to run guarded: the variables every agent obeys, and what this one wants besides. */
export function guardCommand(argv: readonly string[], bases: BaseUrls): Launch {
  const env = guardEnvironment(bases);
  const started = startedBy(argv);
  const launch = started?.agent.launch?.(argv, started.word, bases);
  return launch ? { ...launch, env: { ...env, ...launch.env } } : { argv, env };
}

/** The agent whose program a command line starts, and the word that names it. */
export function startedBy(argv: readonly string[]): { readonly agent: Agent; readonly word: number } | undefined {
  for (const agent of agents) {
    const word = agent.command ? commandWord(argv, agent.command) : -1;
    if (word >= 0) return { agent, word };
  }
  return undefined;
}

function completed(identity: Identity, facts: Pick<RequestFacts, 'path' | 'body'>): Identity {
  const kind = certainKind(identity, facts.path);
  const workspace = identity.workspace ?? workingFolder(facts);
  return { ...identity, ...(kind ? { kind } : {}), ...(workspace ? { workspace } : {}) };
}

function recognise(facts: RequestFacts, key: string): Identity | undefined {
  for (const agent of agents) {
    const identity = agent.identify?.(facts, key);
    if (identity) return identity;
  }
  return undefined;
}
