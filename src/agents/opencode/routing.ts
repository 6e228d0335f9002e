import { join } from 'node:path';
import type { Places } from '../agent.ts';
import { type ModelSetting, type RoutingOf, withProvider } from '../routing.ts';

/** Hidden agents of the core that do a kind of request. */
const hidden: Readonly<Record<string, string>> = { title: 'title', summary: 'compaction', search: 'explore' };

/**
 * OpenCode and Kilo Code 7 are one core: `agent.<name>.model` names the model of a mode, of a sub-agent and of the hidden agents alike.
 * `names`: its settings files, the one that wins first; `fresh`: the one it makes itself.
 */
export function coreRouting(folder: string, names: readonly string[], fresh: string): RoutingOf {
  return (target, places) => {
    const agent = target.about === 'mode' ? target.what : hidden[target.what];
    const files = filesOf(folder, names, places);
    const setting = (path: readonly string[]): ModelSetting => ({
      files,
      fresh: files[names.indexOf(fresh)],
      format: 'json',
      path,
      value: withProvider(target),
    });
    return { kind: 'set', settings: [setting(agent === undefined ? ['small_model'] : ['agent', agent, 'model'])] };
  };
}

/** Its settings files: it reads all that are there, and what several say is as the first of them has it. */
export function filesOf(folder: string, names: readonly string[], { home, env }: Places): string[] {
  const root = join(env.XDG_CONFIG_HOME || join(home, '.config'), folder);
  return names.map((name) => join(root, name));
}
