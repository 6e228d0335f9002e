import { statSync } from 'node:fs';
import type { Configured } from '../../advisor/advice.ts';
import type { Places } from '../../agents/agent.ts';
import { agentById } from '../../agents/registry.ts';
import type { AgentId } from '../../core/request.ts';
import { placeOf } from './howTo.ts';

/**
 * The model that an agent's own settings name for a mode, where it has a setting for each mode. A setting that holds for more than the
 * mode says nothing about it. Read once per mode: make a new one for every look.
 */
export function configuredModels(places: Places): (agent: AgentId, mode: string) => Configured | undefined {
  const known = new Map<string, Configured | undefined>();
  return (agent, mode) => {
    const key = `${agent}\0${mode}`;
    if (!known.has(key)) known.set(key, read(agent, mode, places));
    return known.get(key);
  };
}

function read(agent: AgentId, mode: string, places: Places): Configured | undefined {
  const found = agentById(agent).routing?.({ about: 'mode', what: mode, provider: '', model: '' }, places);
  const setting = found?.kind === 'set' && found.note === undefined ? found.settings[0] : undefined;
  if (!setting?.path.includes(mode)) return undefined;
  const { says } = placeOf(setting);
  const slash = says?.indexOf('/') ?? -1;
  if (!says || slash <= 0) return undefined;
  // Whichever of its files was written last may have made it so.
  const since = Math.max(...setting.files.map(writtenAt));
  return { provider: says.slice(0, slash), model: says.slice(slash + 1), since };
}

function writtenAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
