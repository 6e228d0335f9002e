import { join } from 'node:path';
import type { RoutingOf } from '../routing.ts';

/**
 * Codex has one model per session; a profile keeps the usual one as it is and is chosen with `codex --profile cheaper`. What it does on the
 * side has no model of its own.
 */
export const codexRouting: RoutingOf = ({ about, model }, { home, env }) => {
  if (about === 'kind') return undefined;
  const folder = env.CODEX_HOME || join(home, '.codex');
  return {
    kind: 'set',
    settings: [{ files: [join(folder, 'cheaper.config.toml')], format: 'toml', path: ['model'], value: model }],
    note: 'profile',
  };
};
