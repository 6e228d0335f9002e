import { basename, join } from 'node:path';
import type { LinesFormat, Places } from '../agent.ts';
import { RolloutReader } from './rolloutReader.ts';

/** `sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl` and `archived_sessions/`, below `~/.codex` or `CODEX_HOME`. */
export const codexRollouts: LinesFormat = {
  kind: 'lines',
  roots(places: Places) {
    const home = places.env.CODEX_HOME || join(places.home, '.codex');
    return [join(home, 'sessions'), join(home, 'archived_sessions')];
  },
  matches: (path) => path.endsWith('.jsonl') && basename(path).startsWith('rollout-'),
  // `token_count` and `token_usage_record`. The thread's own `session_meta` is the first line.
  needles: ['"type":"turn_context"', '"type":"token_'],
  open: (path, resume) => new RolloutReader(threadInName(path), resume),
};

/** The thread id at the end of a rollout's name; its first line says the same. */
export function threadInName(path: string): string {
  return /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/.exec(path)?.[1] ?? basename(path, '.jsonl');
}
