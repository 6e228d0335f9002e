import { isDeepStrictEqual } from 'node:util';
import { readText } from '../../agentSettings/files.ts';
import { nodeAt, readJson } from '../../agentSettings/json.ts';
import type { Change } from '../../agentSettings/settings.ts';
import { tomlValue } from '../../agentSettings/toml.ts';
import type { Agent, Places } from '../../agents/agent.ts';
import { editorSettings } from '../../agents/editorStorage.ts';
import { agents } from '../../agents/registry.ts';
import { settingsFile } from '../../agents/settingsFile.ts';
import type { SettingsEntry } from '../../agents/telemetry.ts';
import { launcherCommand } from '../../hooks/launcher.ts';
import { pluginUrl } from '../../hooks/pluginFile.ts';
import type { ConnectionKind } from '../../protocol/connections.ts';

/** One thing that can be put into an agent's own settings. */
export interface Wanted {
  /** `agent/kind` */
  readonly id: string;
  readonly agent: string;
  readonly kind: ConnectionKind;
  /** At least one; files are absolute. */
  readonly changes: readonly Change[];
}

export interface Target {
  readonly places: Places;
  readonly stateFolder: string;
  /** Where telemetry goes to: `http://127.0.0.1:…/<ingest>/otlp`. */
  readonly otlp: string;
}

/** Everything that can be put into the settings of the agents the meter knows. */
export function wantedConnections(target: Target): readonly Wanted[] {
  return agents.flatMap((agent) =>
    [
      { kind: 'telemetry' as const, changes: telemetryChanges(agent, target) },
      { kind: 'hooks' as const, changes: hookChanges(agent, target) },
      { kind: 'plugin' as const, changes: pluginChanges(agent, target) },
    ].flatMap(({ kind, changes }) => (changes.length > 0 ? [{ id: `${agent.id}/${kind}`, agent: agent.id, kind, changes }] : [])),
  );
}

function hookChanges({ id, hooks }: Agent, { places, stateFolder }: Target): readonly Change[] {
  const entries = hooks?.(launcherCommand(stateFolder, places.platform, id), places.platform) ?? [];
  return entries.map((entry) => {
    const file = settingsFile(entry.belowHome, places);
    return 'script' in entry
      ? { kind: 'create', file, text: entry.script }
      : { kind: 'add', file, path: [...entry.path], value: entry.item };
  });
}

/**
 * Any plugin makes these agents wait at each start until a package of their own is installed (without network more than a minute, seen in OpenCode 1.18): ours is wanted only beside one of the
 * user's own, where it adds nothing to that.
 */
function pluginChanges({ id, plugins }: Agent, { places, stateFolder }: Target): readonly Change[] {
  const value = pluginUrl(stateFolder, id);
  const file = plugins?.(places).find((each) => pluginsIn(each).some((plugin) => !isDeepStrictEqual(plugin, value)));
  return file === undefined ? [] : [{ kind: 'add', file, path: ['plugin'], value }];
}

function pluginsIn(file: string): readonly unknown[] {
  try {
    const list = nodeAt(readJson(readText(file) ?? ''), ['plugin'])?.value;
    return Array.isArray(list) ? list : [];
  } catch {
    // Not there, or not to be understood.
    return [];
  }
}

function telemetryChanges({ telemetry }: Agent, { places, otlp }: Target): readonly Change[] {
  const settings = telemetry?.setup(otlp).settings ?? [];
  const tables = new Map<string, Extract<Change, { kind: 'table' }>>();
  const changes: Change[] = [];
  for (const { file, path, value } of settings) {
    if ('editorsWith' in file) {
      for (const one of editorSettings(places, file.editorsWith)) {
        // The address is this machine's and holds a secret: it is not for the user's other machines.
        changes.push({ kind: 'add', file: one, path: ['settingsSync.ignoredSettings'], value: path.join('.') });
        changes.push({ kind: 'set', file: one, path: [...path], value });
      }
      continue;
    }
    const where = settingsFile(file.belowHome, places);
    if (file.format === 'json') changes.push({ kind: 'set', file: where, path: [...path], value });
    else addToTable(tables, where, path, value);
  }
  return [...changes, ...tables.values()];
}

function addToTable(
  tables: Map<string, Extract<Change, { kind: 'table' }>>,
  file: string,
  [name = '', ...key]: SettingsEntry['path'],
  value: SettingsEntry['value'],
): void {
  const header = `# Spend Meter; taken out again by "spend-meter connect --undo"\n[${name}]\n`;
  const text = `${tables.get(name)?.text ?? header}${key.join('.')} = ${tomlValue(value)}\n`;
  tables.set(name, { kind: 'table', file, name, text });
}
