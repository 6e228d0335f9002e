import { modeOf } from '../core/mode.ts';
import type { Observation } from '../core/request.ts';
import type { Sighting } from '../core/sighting.ts';

/** What an agent's own extension told a window, as an observation. Its cost is left to our prices: these agents work theirs out from lists of their own. */
export function observationOf({
  agent,
  task,
  parent,
  key,
  began,
  at,
  mode,
  provider,
  model,
  usage,
  outcome,
}: Sighting): Observation {
  return {
    source: 'extension',
    agent,
    task,
    ...(parent === undefined ? {} : { parent }),
    keys: [key],
    began,
    at,
    ...(mode === undefined ? {} : { mode: modeOf(mode) }),
    kind: 'work',
    provider: provider ?? 'unknown',
    model: model ?? 'unknown',
    usage,
    counted: 'reported',
    billing: 'unknown',
    outcome,
  };
}
