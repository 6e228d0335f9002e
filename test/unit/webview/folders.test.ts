import assert from 'node:assert/strict';
import { folderNames, workspaceName } from '../../../src/webview/folders.ts';

const names = (...paths: string[]): readonly string[] => [...folderNames(paths).values()];

describe('names of workspaces', () => {
  it('are their last folders, on any system', () => {
    assert.equal(workspaceName('/home/mira/shop-api/'), 'shop-api');
    assert.equal(workspaceName('C:\\work\\shop-api'), 'shop-api');
    assert.equal(workspaceName(undefined), undefined);
    assert.deepEqual(names('/a/app', '/a/web'), ['app', 'web']);
  });

  it('have as much of the path as tells those of one name apart', () => {
    assert.deepEqual(names('/p0/app', '/p1/app', '/p1/web'), ['app — p0', 'app — p1', 'web']);
    assert.deepEqual(names('/x/a/src/app', '/x/b/src/app'), ['app — a/src', 'app — b/src']);
    assert.deepEqual(names('/app', '/a/app'), ['app — /', 'app — a']);
    assert.deepEqual(names('/a/app', '/a/app'), ['app'], 'the same one');
    const odd = names('/a/app', '/a/app/', 'C:\\a\\app');
    assert.equal(new Set(odd).size, 3, odd.join());
  });
});
