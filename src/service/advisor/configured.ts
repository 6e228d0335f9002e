import type { Candidate } from '../../advisor/repriced.ts';
import type { Places } from '../../agents/agent.ts';
import { agentById } from '../../agents/registry.ts';
import type { AgentId } from '../../core/request.ts';
import { fileOf, valueIn } from './howTo.ts';

/**
 * The model that an agent's own settings name for a mode, where it has a setting for each mode. A setting that holds for more than the
 * mode says nothing about it. Read once per mode: make a new one for every look.
 */
export function configuredModels(places: Places): (agent: AgentId, mode: string) => Candidate | undefined {
  const known = new Map<string, Candidate | undefined>();
  return (agent, mode) => {
    const key = `${agent}\0${mode}`;
    if (!known.has(key)) known.set(key, read(agent, mode, places));
    return known.get(key);
  };
}

function read(agent: AgentId, mode: string, places: Places): Candidate | undefined {
  const found = agentById(agent).routing?.({ about: 'mode', what: mode, provider: '', model: '' }, places);
  const setting = found?.kind === 'set' && found.note === undefined ? found.settings[0] : undefined;
  if (!setting?.path.includes(mode)) return undefined;
  const value = valueIn(fileOf(setting), setting);
  const slash = value?.indexOf('/') ?? -1;
  return value && slash > 0 ? { provider: value.slice(0, slash), model: value.slice(slash + 1) } : undefined;
}
