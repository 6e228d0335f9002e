import type { Protocol } from '../agents/agent.ts';

/** What a URL at the gateway says: `/<ingest>/<upstream>/…` or `/<ingest>/t/<terminal>/<upstream>/…`. */
export interface Route {
  readonly secret: string;
  readonly terminal?: string;
  readonly upstream: string;
  /** Path below the agent's base URL; starts with a slash. */
  readonly path: string;
  /** Empty, or from its question mark on. May hold a key: never shown to anyone. */
  readonly query: string;
}

export function routeOf(url: string): Route | undefined {
  const at = url.indexOf('?');
  const query = at < 0 ? '' : url.slice(at);
  const [, secret, ...segments] = (at < 0 ? url : url.slice(0, at)).split('/');
  const terminal = segments[0] === 't' ? segments[1] : undefined;
  const [upstream, ...below] = terminal === undefined ? segments : segments.slice(2);
  if (!secret || !upstream || upstream === 't' || terminal === '') return undefined;
  return { secret, terminal, upstream, path: `/${below.join('/')}`, query };
}

/**
 * Whether a call may be billed, and in which protocol. Counting tokens, listing models and probes are free; any other
 * POST is taken for billed even where its answer is not understood.
 */
export type Call =
  | { readonly kind: 'free'; readonly protocol: Protocol }
  | { readonly kind: 'billed'; readonly protocol: Protocol };

const free = /(\/count_tokens|:countTokens|\/input_tokens|\/models)$/;

export function callOf(method: string, path: string): Call {
  const protocol = protocolOf(path);
  return method !== 'POST' || free.test(path) ? { kind: 'free', protocol } : { kind: 'billed', protocol };
}

function protocolOf(path: string): Protocol {
  if (path.endsWith('/messages') || path.endsWith('/messages/count_tokens')) return 'anthropic';
  if (path.endsWith('/chat/completions')) return 'openai-chat';
  if (path.endsWith('/responses')) return 'openai-responses';
  if (/:(streamGenerateContent|generateContent|countTokens)$/.test(path)) return 'gemini';
  return 'other';
}
