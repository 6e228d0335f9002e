import { existsSync, readFileSync } from 'node:fs';
import type { KeptAdvice } from '../../advisor/cards.ts';
import type { Places } from '../../agents/agent.ts';
import { agentById } from '../../agents/registry.ts';
import { field, parsed } from '../../agents/requestBody.ts';
import type { ModelSetting, RoutingTarget } from '../../agents/routing.ts';
import type { HowTo } from '../../protocol/advice.ts';

/** How a suggestion is put to work: the agent's own setting with what it says now, or what to choose by hand. Writes nothing. */
export function howTo({ agent, subject, to }: KeptAdvice, places: Places): HowTo | undefined {
  if (!to) return undefined;
  const target: RoutingTarget =
    subject.kind === 'mode' ? { about: 'mode', what: subject.name, ...to } : { about: 'kind', what: subject.name, ...to };
  const { name, routing } = agentById(agent);
  const found = routing?.(target, places) ?? { kind: 'copy' as const, where: [name], text: to.model };
  if (found.kind === 'copy') return { kind: 'copy', where: [...found.where], text: found.text };
  return {
    kind: 'set',
    settings: found.settings.map((setting) => {
      const file = fileOf(setting);
      return { file, format: setting.format, path: [...setting.path], value: setting.value, was: valueIn(file, setting) };
    }),
    ...(found.note ? { note: found.note } : {}),
  };
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
  let value: unknown = parsed(withoutComments(text));
  for (const name of path) value = field(value, name);
  return typeof value === 'string' ? value : null;
}

/** JSON with comments and trailing commas to JSON; text inside strings stays. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_all, string: string | undefined) => string ?? '')
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_all, string: string | undefined) => string ?? '');
}
