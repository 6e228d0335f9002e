import { createHmac } from 'node:crypto';
import { field, firstUserText, systemText, withoutTag } from './requestBody.ts';

/** Keyed hashes of the parts of a prompt that should stay the same from request to request. Nothing of the text can be had back. */
export interface PromptMarks {
  readonly systemHash?: string;
  readonly toolsHash?: string;
  /** `openingMark` of what began the conversation. */
  readonly opening?: string;
}

/** A line of Claude Code's that differs from request to request and is no part of what is cached. */
const billingLine = /^x-anthropic-billing-header:.*$/gm;

/** What agents add to a prompt: it is not what somebody asked. */
const additions = ['system-reminder', 'session_context', 'environment_details'];
/** What agents put around one. */
const wrapping = /^<(task|user_message|user_input)\b[^>]*>([\s\S]*)<\/\1>$/;

export function promptMarks(body: unknown, key: string): PromptMarks {
  const hash = (what: string, text: string): string => keyedHash(key, what, text);
  const tools = field(body, 'tools');
  const first = firstUserText(body);
  return {
    systemHash: hash('system', systemText(body).replace(billingLine, '')),
    // Where the cache is to end is no part of what is in it.
    toolsHash: hash(
      'tools',
      JSON.stringify(tools ?? null, (name, value: unknown) => (name === 'cache_control' ? undefined : value)),
    ),
    opening: first && openingMark(first, key),
  };
}

/** The same for a prompt that an agent hands to another and for the first words of the conversation that this begins. */
export function openingMark(prompt: string, key: string): string {
  const bare = additions.reduce(withoutTag, prompt).trim();
  return keyedHash(key, 'opening', wrapping.exec(bare)?.[2]?.trim() ?? bare);
}

function keyedHash(key: string, what: string, text: string): string {
  return createHmac('sha256', key).update(what).update('\0').update(text).digest('base64url').slice(0, 16);
}
