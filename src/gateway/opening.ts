import type { IncomingMessage } from 'node:http';
import type { Identity, Protocol } from '../agents/agent.ts';
import { billingOf, withoutCredentials } from './credentials.ts';
import { Metering } from './metering.ts';
import type { GatewayOptions } from './options.ts';
import { PromptReading } from './promptReading.ts';
import type { Call, Route } from './route.ts';

/** What is known of a billed request when its headers are in. */
export interface Opened {
  readonly metering: Metering;
  readonly prompt: PromptReading;
  readonly identity: Identity | undefined;
}

/** Tells the meter of a request before anything of it is sent. Never throws: what fails is passed over. */
export function openExchange(options: GatewayOptions, req: IncomingMessage, upstream: string, route: Route, call: Call): Opened {
  const { protocol } = call;
  const headers = withoutCredentials(req.headers);
  const facts = { headers, protocol, path: route.path, terminal: route.terminal };
  const identity = identified(options, facts);
  const job = { facts, upstream, contentEncoding: req.headers['content-encoding'] };
  const prompt = new PromptReading(options.readPrompt, job, identity, options.problem);
  const incoming = {
    id: `rq_${options.randomId()}`,
    at: options.clock(),
    protocol,
    upstream,
    path: route.path,
    isReadable: isReadable(protocol, route.query),
    headers,
    billing: billingOf(req.headers, route.query),
    identity,
  };
  try {
    return { metering: new Metering(options.meter.open(incoming, prompt.promise), options.problem), prompt, identity };
  } catch (error) {
    options.problem('the meter failed in open', error);
    return { metering: new Metering(undefined, options.problem), prompt, identity };
  }
}

/** Gemini streams a list instead of events unless it is asked for them; other protocols we do not know pass unread. */
function isReadable(protocol: Protocol, query: string): boolean {
  if (protocol === 'gemini') return new URLSearchParams(query).get('alt') === 'sse';
  return protocol !== 'other';
}

function identified(options: GatewayOptions, facts: Parameters<GatewayOptions['identify']>[0]): Identity | undefined {
  try {
    return options.identify(facts);
  } catch (error) {
    options.problem('an agent could not be told', error);
    return undefined;
  }
}
