import { join } from 'node:path';
import { modelName } from '../../core/models.ts';
import type { RoutingOf } from '../routing.ts';

/** Codex has one model per session; a profile keeps the usual one as it is and is chosen with `codex --profile cheaper`. */
export const codexRouting: RoutingOf = ({ about, what, model }, { home, env }) => {
  const { id } = modelName(model);
  if (about === 'kind' && what !== 'search') return { kind: 'copy', where: ['Codex'], text: `model = "${id}"` };
  const folder = env.CODEX_HOME || join(home, '.codex');
  return {
    kind: 'set',
    settings: [{ files: [join(folder, 'cheaper.config.toml')], format: 'toml', path: ['model'], value: id }],
    note: 'profile',
  };
};
