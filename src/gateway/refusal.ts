import type { Protocol, RefusalStyle } from '../agents/agent.ts';

/** An answer made here, whole. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * The answer that makes an agent stop and show why: 402 in the protocol's own error shape, or 400 text/plain for
 * agents that send a 402 again. Other statuses and types are retried by one agent or another, some without end.
 */
export function refusalAnswer(protocol: Protocol, style: RefusalStyle, message: string): Answer {
  const text = calmWords(message);
  if (style === 'plain-400') return { status: 400, type: 'text/plain; charset=utf-8', body: text };
  return { status: 402, type: 'application/json', body: JSON.stringify(errorBody(protocol, text)) };
}

function errorBody(protocol: Protocol, message: string): object {
  switch (protocol) {
    case 'anthropic':
      return { type: 'error', error: { type: 'billing_error', message } };
    case 'gemini':
      return { error: { code: 402, message, status: 'FAILED_PRECONDITION' } };
    case 'openai-chat':
    case 'openai-responses':
    case 'other':
      return { error: { message, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } };
  }
}

/** An answer of the gateway's own about itself (an unreachable provider, a body too big), in the protocol's shape. */
export function troubleAnswer(protocol: Protocol, status: number, message: string): Answer {
  const error = { type: status < 500 ? 'invalid_request_error' : 'api_error', message, code: status };
  return {
    status,
    type: 'application/json',
    body: JSON.stringify(protocol === 'anthropic' ? { type: 'error', error } : { error }),
  };
}

/** What OpenCode 1.18 and Kilo 7.7 take, anywhere in an error's text, for a passing trouble and send again. */
const retried =
  /\b(?:429|500|502|503|504|524)\b|rate.?limit|too many requests|overloaded|internal error|server error|provider returned error|exhausted|unavailable|terminated|time(?:d )?out|network error|connection (?:error|refused|lost)|try again (?:later|in)|at capacity|retry your request/gi;

/** The same words for a reader, but with a word joiner (invisible) where an agent would look for a reason to retry. */
export function calmWords(text: string): string {
  return text.replace(retried, (match) => `${match[0]}\u2060${match.slice(1)}`);
}
