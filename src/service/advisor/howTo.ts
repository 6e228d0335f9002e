import { existsSync, readFileSync } from 'node:fs';
import type { KeptAdvice } from '../../advisor/cards.ts';
import { nodeAt, readJson } from '../../agentSettings/json.ts';
import type { Change } from '../../agentSettings/settings.ts';
import type { Places } from '../../agents/agent.ts';
import { agentById } from '../../agents/registry.ts';
import type { ModelSetting, Routing } from '../../agents/routing.ts';
import type { HowTo } from '../../protocol/advice.ts';

type About = Pick<KeptAdvice, 'agent' | 'subject' | 'to'>;

/** How a suggestion is put to work; `undefined` where it names no model, or the agent has no setting for that. */
function routingFor({ agent, subject, to }: About, places: Places): Routing | undefined {
  if (!to) return undefined;
  const { name, routing } = agentById(agent);
  const target =
    subject.kind === 'mode' ? { about: 'mode' as const, what: subject.name } : { about: 'kind' as const, what: subject.name };
  if (routing) return routing({ ...target, ...to }, places);
  return subject.kind === 'mode' ? { kind: 'copy', where: [name], text: to.model } : undefined;
}

export function canBeSet(advice: About, places: Places): boolean {
  return routingFor(advice, places) !== undefined;
}

/** The agent's own setting with what it says now, or what to choose by hand. Writes nothing. `digestOf` tells the name of a change that can be made; it throws where a file is not understood. */
export function howTo(advice: About, places: Places, digestOf: (changes: readonly Change[]) => string | null): HowTo | undefined {
  const found = routingFor(advice, places);
  if (found?.kind !== 'set') return found && { kind: 'copy', where: [...found.where], text: found.text };
  const changes = changesOf(found.settings);
  return {
    kind: 'set',
    digest: changes ? orNull(() => digestOf(changes)) : null,
    settings: found.settings.map((setting) => {
      const { file, says } = placeOf(setting);
      return { file, format: setting.format, path: [...setting.path], value: setting.value, was: says };
    }),
    ...(found.note ? { note: found.note } : {}),
  };
}

function orNull<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}

/** The settings of a suggestion as changes that can be undone; `undefined` where they are to be made by hand. */
export function changesFor(advice: About, places: Places): Change[] | undefined {
  const found = routingFor(advice, places);
  return found?.kind === 'set' ? changesOf(found.settings) : undefined;
}

/** `undefined` where a file would have to be edited that is not JSON. */
function changesOf(settings: readonly ModelSetting[]): Change[] | undefined {
  const changes = settings.map((setting): Change | undefined => {
    const { file } = placeOf(setting);
    const { format, path, value } = setting;
    if (format === 'json') return { kind: 'set', file, path: [...path], value };
    return existsSync(file) ? undefined : { kind: 'create', file, text: `${path.join('.')} = ${JSON.stringify(value)}\n` };
  });
  return changes.every((change) => change !== undefined) ? changes : undefined;
}

/** The file whose word counts, and what it says (null = nothing): the first of those that say something, else the first that is there, else a new one. */
export function placeOf(setting: ModelSetting): { readonly file: string; readonly says: string | null } {
  const there = setting.files.filter((file) => existsSync(file));
  for (const file of there) {
    const says = valueIn(file, setting);
    if (says !== null) return { file, says };
  }
  return { file: there[0] ?? setting.fresh ?? setting.files[0] ?? '', says: null };
}

/** What one file says; null where it says nothing, or cannot be read. */
function valueIn(file: string, { format, path }: Pick<ModelSetting, 'format' | 'path'>): string | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  if (format === 'toml') return /^model\s*=\s*"([^"\n]*)"/m.exec(text.split(/^\[/m)[0] ?? '')?.[1] ?? null;
  try {
    const value = nodeAt(readJson(text), path)?.value;
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
