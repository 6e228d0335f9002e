import { existsSync, readFileSync } from 'node:fs';
import type { KeptAdvice } from '../../advisor/cards.ts';
import type { Candidate } from '../../advisor/repriced.ts';
import { nodeAt, readJson } from '../../agentSettings/json.ts';
import { type Change, plan } from '../../agentSettings/settings.ts';
import type { Places } from '../../agents/agent.ts';
import { agentById } from '../../agents/registry.ts';
import type { ModelSetting, RoutingTarget } from '../../agents/routing.ts';
import type { HowTo } from '../../protocol/advice.ts';

/** How a suggestion is put to work: the agent's own setting with what it says now, or what to choose by hand. Writes nothing. */
export function howTo(advice: KeptAdvice, places: Places): HowTo | undefined {
  const { agent, to } = advice;
  if (!to) return undefined;
  const { name, routing } = agentById(agent);
  const found = routing?.(targetOf(advice, to), places) ?? { kind: 'copy' as const, where: [name], text: to.model };
  if (found.kind === 'copy') return { kind: 'copy', where: [...found.where], text: found.text };
  const changes = changesOf(found.settings);
  return {
    kind: 'set',
    writes: changes !== undefined && canBePlanned(changes),
    settings: found.settings.map((setting) => {
      const file = fileOf(setting);
      return { file, format: setting.format, path: [...setting.path], value: setting.value, was: valueIn(file, setting) };
    }),
    ...(found.note ? { note: found.note } : {}),
  };
}

/** As changes that can be undone; `undefined` where a file would have to be edited that is not JSON. */
export function changesOf(settings: readonly ModelSetting[]): Change[] | undefined {
  const changes = settings.map((setting): Change | undefined => {
    const file = fileOf(setting);
    const { format, path, value } = setting;
    if (format === 'json') return { kind: 'set', file, path: [...path], value };
    return existsSync(file) ? undefined : { kind: 'create', file, text: `${path.join('.')} = ${JSON.stringify(value)}\n` };
  });
  return changes.every((change) => change !== undefined) ? changes : undefined;
}

function canBePlanned(changes: readonly Change[]): boolean {
  try {
    return plan(changes).done.length > 0;
  } catch {
    return false;
  }
}

/** The settings of a card as changes; `undefined` where they are to be made by hand. */
export function changesFor(advice: KeptAdvice, places: Places): Change[] | undefined {
  const found = advice.to && agentById(advice.agent).routing?.(targetOf(advice, advice.to), places);
  return found?.kind === 'set' ? changesOf(found.settings) : undefined;
}

function targetOf({ subject }: KeptAdvice, to: Candidate): RoutingTarget {
  return subject.kind === 'mode' ? { about: 'mode', what: subject.name, ...to } : { about: 'kind', what: subject.name, ...to };
}

export function fileOf({ files }: ModelSetting): string {
  return files.find((file) => existsSync(file)) ?? files[0] ?? '';
}

/** What the file says now; null where it says nothing, or cannot be read. */
export function valueIn(file: string, { format, path }: Pick<ModelSetting, 'format' | 'path'>): string | null {
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
