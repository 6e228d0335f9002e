import type { IncomingHttpHeaders } from 'node:http';
import type { Billing } from '../core/request.ts';

const secret = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie', 'proxy-authorization']);

/** The headers the meter and the agents' own code may see: everything but what opens an account. Lower-case names. */
export function withoutCredentials(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !secret.has(name)) kept[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return kept;
}

/**
 * Who pays, from the kind of credential alone: Claude logins are `Bearer sk-ant-oat…`, ChatGPT logins come with an
 * account id, API keys start with `sk-` or come in a header (or query parameter) of their own.
 */
export function billingOf(headers: IncomingHttpHeaders, query: string): Billing {
  if (headers['chatgpt-account-id'] !== undefined) return 'plan';
  const bearer = /^bearer (.*)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer?.startsWith('sk-ant-oat')) return 'plan';
  if (headers['x-api-key'] ?? headers['api-key'] ?? headers['x-goog-api-key']) return 'metered';
  if (bearer?.startsWith('sk-') || /[?&]key=./.test(query)) return 'metered';
  return 'unknown';
}
