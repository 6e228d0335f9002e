import { createHmac } from 'node:crypto';
import { field, systemText } from './requestBody.ts';

/** Keyed hashes of the two parts of a prompt that should stay the same from request to request. Nothing of the text can be had back. */
export interface PromptMarks {
  readonly systemHash?: string;
  readonly toolsHash?: string;
}

/** A line of Claude Code's that differs from request to request and is no part of what is cached. */
const billingLine = /^x-anthropic-billing-header:.*$/gm;

export function promptMarks(body: unknown, key: string): PromptMarks {
  const hash = (what: string, text: string): string =>
    createHmac('sha256', key).update(what).update('\0').update(text).digest('base64url').slice(0, 16);
  const tools = field(body, 'tools');
  return {
    systemHash: hash('system', systemText(body).replace(billingLine, '')),
    // Where the cache is to end is no part of what is in it.
    toolsHash: hash(
      'tools',
      JSON.stringify(tools ?? null, (name, value: unknown) => (name === 'cache_control' ? undefined : value)),
    ),
  };
}
