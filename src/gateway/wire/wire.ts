import type { Protocol } from '../../agents/agent.ts';
import { anthropicWire } from './anthropic.ts';
import { geminiWire } from './gemini.ts';
import { openaiChatWire } from './openaiChat.ts';
import { openaiResponsesWire } from './openaiResponses.ts';
import type { Wire, WireOptions } from './wireContract.ts';

/** What knows the streamed answers of a protocol; nothing does for `other`. */
export function wireOf(protocol: Protocol, options: WireOptions): Wire | undefined {
  switch (protocol) {
    case 'anthropic':
      return anthropicWire(options);
    case 'openai-chat':
      return openaiChatWire(options);
    case 'openai-responses':
      return openaiResponsesWire(options);
    case 'gemini':
      return geminiWire(options);
    case 'other':
      return undefined;
  }
}
