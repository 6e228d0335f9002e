import type { Protocol } from '../agents/agent.ts';

/** A provider's address, as a base URL. */
export interface Upstream {
  readonly name: string;
  /** Scheme, host and port; what credentials may be sent to, and nothing else. */
  readonly origin: string;
  /** Path of the base URL without a trailing slash: ``, `/v1`, `/api/v1`. */
  readonly base: string;
  readonly loopback: boolean;
  /** Whether a missing `/v1` is filled in: the Codex backend of a ChatGPT login has none. */
  readonly versioned: boolean;
}

/** Where requests go unless the user points a name elsewhere. `chatgpt` is what a ChatGPT login on `openai` is for. */
export const officialUpstreams: Readonly<Record<string, string>> = {
  anthropic: 'https://api.anthropic.com',
  openai: 'https://api.openai.com/v1',
  chatgpt: 'https://chatgpt.com/backend-api/codex',
  gemini: 'https://generativelanguage.googleapis.com',
  openrouter: 'https://openrouter.ai/api/v1',
  deepseek: 'https://api.deepseek.com',
  kilo: 'https://api.kilo.ai',
};

/**
 * Reads names and base URLs; `configured` wins over the official ones. Throws a RangeError for a URL that is not
 * http(s), carries a login, query or fragment, or is plain http off the loopback (keys would travel in the clear).
 */
export function resolveUpstreams(configured: Readonly<Record<string, string>>): ReadonlyMap<string, Upstream> {
  const all = new Map<string, Upstream>();
  for (const [name, url] of Object.entries({ ...officialUpstreams, ...configured })) all.set(name, upstreamOf(name, url));
  // Whoever points `openai` elsewhere means every login: a ChatGPT login must not slip past to the official host.
  if (configured.openai !== undefined && configured.chatgpt === undefined) all.delete('chatgpt');
  return all;
}

function upstreamOf(name: string, text: string): Upstream {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name) || name === 't')
    throw new RangeError(`not a name for an upstream: ${JSON.stringify(name)}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new RangeError(`upstream ${name}: not an http(s) URL`);
  if (url.username || url.password || url.search || url.hash)
    throw new RangeError(`upstream ${name}: a base URL has no login, query or fragment`);
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !loopback) throw new RangeError(`upstream ${name}: off the loopback only https`);
  return { name, origin: url.origin, base: url.pathname.replace(/\/+$/, ''), loopback, versioned: name !== 'chatgpt' };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

const version = /^\/v\d+[a-z0-9]*(?=\/|$)/;
/** First segments of paths that live under a version in the providers' APIs. */
const apiPath = /^\/(messages|models|complete|completions|chat\/completions|responses|embeddings|files|batches)(?=[/:]|$)/;

/**
 * The path at the provider for a path below the agent's base URL. Agents add `/v1` or not, whatever their base URL
 * ends in, so `/v1/messages`, `/messages` and `/v1/v1/messages` all mean the same.
 */
export function pathAt(upstream: Upstream, path: string, protocol: Protocol): string {
  let rest = path;
  let given = '';
  for (let match = version.exec(rest); match; match = version.exec(rest)) {
    given = match[0];
    rest = rest.slice(given.length);
  }
  if (!upstream.versioned || /\/v\d+[a-z0-9]*(\/|$)/.test(upstream.base)) return upstream.base + rest || '/';
  if (!given && apiPath.test(rest) && (upstream.base === '' || protocol === 'anthropic'))
    given = missingVersion(upstream, protocol);
  return upstream.base + given + rest || '/';
}

function missingVersion(upstream: Upstream, protocol: Protocol): string {
  return protocol === 'gemini' || upstream.name === 'gemini' ? '/v1beta' : '/v1';
}
