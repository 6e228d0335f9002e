import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readText } from '../agentSettings/files.ts';
import { nodeAt, readJson } from '../agentSettings/json.ts';
import type { Places } from './agent.ts';

/**
 * Where VS Code and the editors made from it keep what their extensions store. Folder names are those of each product's `nameShort`
 * (its `userDataPath` logic: microsoft/vscode, `src/vs/platform/environment/node/userDataPath.ts`). A folder that is not there is no harm.
 */
const editors = [
  'Code',
  'Code - Insiders',
  'Code - OSS',
  'VSCodium',
  'VSCodium - Insiders',
  'Cursor',
  'Windsurf',
  'Windsurf - Next',
  'Antigravity',
  'Kiro',
  'Trae',
  'Positron',
];

/** Folders of the home directory in which a remote machine's half of an editor keeps its data. */
const servers = [
  '.vscode-server',
  '.vscode-server-insiders',
  '.vscode-remote',
  '.vscodium-server',
  '.cursor-server',
  '.windsurf-server',
  '.windsurf-server-next',
  '.antigravity-server',
  '.kiro-server',
  '.trae-server',
  '.openvscode-server',
];

/** Flatpak gives each editor a configuration folder of its own. */
const flatpaks = [
  ['com.visualstudio.code', 'Code'],
  ['com.visualstudio.code.insiders', 'Code - Insiders'],
  ['com.vscodium.codium', 'VSCodium'],
] as const;

/** An extension's own folder in every editor. `folder` is the extension's id in lower case. */
export function globalStorageRoots(places: Places, folder: string): readonly string[] {
  return userFolders(places).map((user) => join(user, 'globalStorage', folder));
}

/** Asked for at every file event; what the settings say is looked up once. */
const chosen = new WeakMap<Places, Map<string, readonly string[]>>();

/** Folders that the user has put an extension's storage into with a setting of its, in any editor or profile of this machine. */
export function chosenStorageRoots(places: Places, setting: string): readonly string[] {
  const known = chosen.get(places) ?? new Map<string, readonly string[]>();
  chosen.set(places, known);
  const found = known.get(setting) ?? [...new Set(userFolders(places).flatMap((user) => settingIn(user, setting)))];
  known.set(setting, found);
  return found;
}

function settingIn(user: string, setting: string): readonly string[] {
  const profiles = join(user, 'profiles');
  const folders = [user, ...namesIn(profiles).map((name) => join(profiles, name)), join(user, '..', 'Machine')];
  return folders.flatMap((folder) => {
    try {
      const value = nodeAt(readJson(readText(join(folder, 'settings.json')) ?? '{}'), [setting])?.value;
      return typeof value === 'string' && isAbsolute(value) ? [value] : [];
    } catch {
      // Not to be understood: its own editor says so.
      return [];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The user settings of every editor in which an extension has run, or of VS Code where it has run in none. */
export function editorSettings(places: Places, extension: string): readonly string[] {
  // A remote machine's half of an editor reads settings of this kind from the machine in front of the user.
  const own = userFolders(places).filter((user) => !servers.some((server) => user.startsWith(join(places.home, server))));
  const used = own.filter((user) => existsSync(join(user, 'globalStorage', extension)));
  return (used.length > 0 ? used : own.slice(0, 1)).map((user) => join(user, 'settings.json'));
}

/** The folder in every editor that has one subfolder for each workspace. It can be large: look below it by name only. */
export function workspaceStorageRoots(places: Places): readonly string[] {
  return userFolders(places).map((user) => join(user, 'workspaceStorage'));
}

/** Asked for at every file event. */
const known = new WeakMap<Places, readonly string[]>();

/** The `User` folder of every editor on this machine, and of the servers that editors elsewhere started on it. */
export function userFolders(places: Places): readonly string[] {
  let folders = known.get(places);
  if (!folders) {
    folders = findUserFolders(places);
    known.set(places, folders);
  }
  return folders;
}

function findUserFolders(places: Places): readonly string[] {
  const { home, env, platform } = places;
  const found = editors.map((editor) => join(configFolder(places), editor, 'User'));
  for (const server of servers) found.push(join(home, server, 'data', 'User'));
  if (platform === 'linux') {
    for (const [id, editor] of flatpaks) found.push(join(home, '.var', 'app', id, 'config', editor, 'User'));
  }
  found.push(join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'code-server', 'User'));
  // Set by an editor for what it starts: a portable installation, data moved elsewhere, a server with another folder.
  if (env.VSCODE_PORTABLE) found.push(join(env.VSCODE_PORTABLE, 'user-data', 'User'));
  if (env.VSCODE_APPDATA) for (const editor of editors) found.push(join(env.VSCODE_APPDATA, editor, 'User'));
  if (env.VSCODE_AGENT_FOLDER) found.push(join(env.VSCODE_AGENT_FOLDER, 'data', 'User'));
  return [...new Set(found)];
}

function configFolder({ home, env, platform }: Places): string {
  switch (platform) {
    case 'win32':
      return env.APPDATA || join(env.USERPROFILE || home, 'AppData', 'Roaming');
    case 'darwin':
      return join(home, 'Library', 'Application Support');
    default:
      return env.XDG_CONFIG_HOME || join(home, '.config');
  }
}
