import { join } from 'node:path';
import type { LinesFormat, Places } from '../agent.ts';
import { QwenChatReader } from './chatReader.ts';

/**
 * `projects/<folder>/chats/<session>.jsonl`. Each answer, also a sub-agent's, is told there once by its telemetry, with the provider's own id; the messages, the
 * sub-agents' files and the tables in `usage/` repeat the counts without it and are not read.
 */
export const qwenSessions: LinesFormat = {
  kind: 'lines',
  roots: ({ env, home }: Places) => [join(env.QWEN_HOME || join(home, '.qwen'), 'projects')],
  matches: (path) => /[\\/]chats[\\/][^\\/]+\.jsonl$/.test(path),
  needles: ['"event.name":"qwen-code.api_response"'],
  open: (_path, resume) => new QwenChatReader(resume),
};
