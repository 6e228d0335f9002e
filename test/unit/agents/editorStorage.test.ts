import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chosenStorageRoots, globalStorageRoots, userFolders, workspaceStorageRoots } from '../../../src/agents/editorStorage.ts';
import { kiloTasks, rooAgent } from '../../../src/agents/roo/agent.ts';

const home = join('/', 'home', 'me');

describe('where editors keep what extensions store', () => {
  const bases = [
    { platform: 'linux', env: {}, base: join(home, '.config') },
    { platform: 'linux', env: { XDG_CONFIG_HOME: join('/', 'xdg') }, base: join('/', 'xdg') },
    { platform: 'darwin', env: {}, base: join(home, 'Library', 'Application Support') },
    { platform: 'win32', env: { APPDATA: join('/', 'roaming') }, base: join('/', 'roaming') },
    { platform: 'win32', env: {}, base: join(home, 'AppData', 'Roaming') },
  ] as const;
  for (const { platform, env, base } of bases) {
    it(`is ${base} on ${platform}`, () => {
      const roots = globalStorageRoots({ home, env, platform }, 'some.extension');
      for (const editor of ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'])
        assert.ok(roots.includes(join(base, editor, 'User', 'globalStorage', 'some.extension')), editor);
    });
  }

  it('is in the home of a machine that an editor elsewhere works on', () => {
    const roots = globalStorageRoots({ home, env: {}, platform: 'linux' }, 'some.extension');
    for (const server of ['.vscode-server', '.vscode-server-insiders', '.cursor-server', '.windsurf-server'])
      assert.ok(roots.includes(join(home, server, 'data', 'User', 'globalStorage', 'some.extension')), server);
  });

  it('is where the editor that started the meter says', () => {
    const env = {
      VSCODE_PORTABLE: join('/', 'stick', 'data'),
      VSCODE_APPDATA: join('/', 'moved'),
      VSCODE_AGENT_FOLDER: join('/', 'agent'),
    };
    const folders = userFolders({ home, env, platform: 'linux' });
    for (const path of [
      join('/', 'stick', 'data', 'user-data', 'User'),
      join('/', 'moved', 'Code', 'User'),
      join('/', 'agent', 'data', 'User'),
    ])
      assert.ok(folders.includes(path), path);
  });

  describe('where their user has put it elsewhere', () => {
    let place: string;
    const write = (path: string, text: string) => {
      const file = join(place, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    };
    before(() => {
      place = mkdtempSync(join(tmpdir(), 'spend-meter-storage-'));
      write('.config/Code/User/settings.json', '{\n  // mine\n  "roo-cline.customStoragePath": "/data/roo", "a.b": 1,\n}');
      write('.config/Code/User/profiles/1f/settings.json', '{ "roo-cline.customStoragePath": "/data/other" }');
      write('.config/Cursor/User/settings.json', '{ "roo-cline.customStoragePath": "/data/roo" ');
      write(
        '.config/VSCodium/User/settings.json',
        '{ "roo-cline.customStoragePath": "not/absolute", "kilo-code.customStoragePath": 7 }',
      );
      write('.vscode-server/data/Machine/settings.json', '{ "kilo-code.customStoragePath": "/data/kilo" }');
    });
    after(() => rmSync(place, { recursive: true, force: true }));

    it('is what the settings of an editor, of a profile or of this machine say', () => {
      const places = { home: place, env: {}, platform: 'linux' } as const;
      assert.deepEqual(chosenStorageRoots(places, 'roo-cline.customStoragePath'), ['/data/roo', '/data/other']);
      const [roo] = rooAgent.sessions ?? [];
      assert.ok(roo?.kind === 'document' && roo.roots(places).includes(join('/data/roo', 'tasks')));
      assert.ok(kiloTasks.roots(places).includes(join('/data/kilo', 'tasks')));
    });
  });

  it('names no place twice, and workspaces beside the extensions', () => {
    const places = { home, env: { VSCODE_APPDATA: join(home, '.config') }, platform: 'linux' } as const;
    const folders = userFolders(places);
    assert.equal(new Set(folders).size, folders.length);
    assert.deepEqual(
      workspaceStorageRoots(places),
      folders.map((folder) => join(folder, 'workspaceStorage')),
    );
  });
});
