import { basename, join, sep } from 'node:path';
import type { LinesFormat, Places } from '../agent.ts';
import { ClaudeLineReader } from './lineReader.ts';

/**
 * `projects/<folder>/<session>.jsonl` and `<session>/subagents/agent-<id>.jsonl`, below `~/.claude` or wherever
 * `CLAUDE_CONFIG_DIR` says (more than one, separated by commas); `~/.config/claude` in some versions.
 */
export const claudeSessions: LinesFormat = {
  kind: 'lines',
  roots(places: Places) {
    const named = (places.env.CLAUDE_CONFIG_DIR ?? '')
      .split(',')
      .map((path) => path.trim())
      .filter(Boolean);
    const folders =
      named.length > 0
        ? named
        : [join(places.home, '.claude'), join(places.env.XDG_CONFIG_HOME || join(places.home, '.config'), 'claude')];
    return folders.map((folder) => (basename(folder) === 'projects' ? folder : join(folder, 'projects')));
  },
  // `journal.jsonl` of workflows and other files beside the sessions hold no usage of their own.
  matches: (path) => path.endsWith('.jsonl') && !path.endsWith(`${sep}journal.jsonl`),
  needles: ['"usage":{', '"permissionMode":"'],
  open: (_path, resume) => new ClaudeLineReader(resume),
};
