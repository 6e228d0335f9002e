import { createHmac, randomBytes } from 'node:crypto';
import type { RequestFacts } from '../agent.ts';
import { firstUserText, systemText } from '../requestBody.ts';

/** Makes fingerprints that last as long as this process, for whoever has no key that is kept. */
export const processKey = randomBytes(16).toString('hex');

/**
 * As {@link fingerprint}, for agents that are recognised and change their system prompt in mid-conversation: of the first user turn alone. `undefined` when
 * there is none.
 */
export function conversationMark({ body }: RequestFacts, key: string): string | undefined {
  const first = firstUserText(body);
  return first && createHmac('sha256', key).update('conversation\0').update(first).digest('hex').slice(0, 16);
}

/**
 * Tells conversations of an agent apart that sends no id: a keyed hash of the system prompt's beginning and of the first
 * user turn, which stay the same over a conversation. Nothing of the text can be had back from it.
 */
export function fingerprint({ body, headers }: RequestFacts, key: string): string {
  const hash = createHmac('sha256', key);
  hash.update(headers['user-agent'] ?? '');
  hash.update('\0').update(systemText(body).slice(0, 512));
  hash.update('\0').update(firstUserText(body) ?? '');
  return hash.digest('hex').slice(0, 16);
}
