import { join } from 'node:path';
import type { LinesFormat, Places } from '../agent.ts';
import { GeminiChatReader } from './chatReader.ts';

/** `tmp/<project>/chats/session-<time>-<id>.jsonl`; a sub-agent's in a folder named by its parent's session. */
export const geminiSessions: LinesFormat = {
  kind: 'lines',
  roots: (places: Places) => [join(places.env.GEMINI_CLI_HOME || places.home, '.gemini', 'tmp')],
  matches: (path) => /[\\/]chats[\\/]([^\\/]+[\\/])?[^\\/]+\.jsonl$/.test(path),
  needles: ['"tokens":{', '"type":"user"', '"projectHash":"'],
  open: (path, resume) => new GeminiChatReader(path, resume),
};
