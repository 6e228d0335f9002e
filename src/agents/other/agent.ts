import type { Agent, Identity, RequestFacts } from '../agent.ts';
import { markedKind } from '../kinds.ts';
import { fingerprint, processKey } from './fingerprint.ts';

/** Anything that passes the gateway and that nobody recognised. */
export const otherAgent: Agent = { id: 'other', name: 'Other', refusal: 'json-402' };

/** The terminal is the task where there is one, else the conversation by its fingerprint under `key`. */
export function identifyOther(facts: RequestFacts, key: string = processKey): Identity {
  const native = facts.terminal ?? fingerprint(facts, key);
  const kind = markedKind(facts.body);
  return { agent: 'other', task: `other:${native}`, kind: kind ?? 'work' };
}
