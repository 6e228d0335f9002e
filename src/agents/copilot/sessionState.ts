import { basename, dirname, join } from 'node:path';
import type { LinesFormat, Places } from '../agent.ts';
import { CopilotEventReader } from './eventReader.ts';

const events = [
  'session.start',
  'session.resume',
  'session.context_changed',
  'session.mode_changed',
  'session.usage_record',
  'session.shutdown',
  'user.message',
  'subagent.selected',
  'subagent.deselected',
  'subagent.started',
];

/**
 * `session-state/<session>/events.jsonl` below `~/.copilot` or wherever `COPILOT_HOME` says; `session-state/<session>.jsonl` in the first versions. The CLI, VS
 * Code's Agent Host and the background sessions of its chat all write here. (`session-store.db` beside it repeats the calls without the answers' ids.)
 */
export const copilotSessions: LinesFormat = {
  kind: 'lines',
  roots: ({ home, env }: Places) => [join(env.COPILOT_HOME || join(home, '.copilot'), 'session-state')],
  matches: (path) =>
    basename(path) === 'events.jsonl' || (basename(dirname(path)) === 'session-state' && path.endsWith('.jsonl')),
  needles: events.map((type) => `"type":"${type}"`),
  open: (path, resume) => new CopilotEventReader(sessionOf(path), resume),
};

function sessionOf(path: string): string {
  return basename(path) === 'events.jsonl' ? basename(dirname(path)) : basename(path, '.jsonl');
}
