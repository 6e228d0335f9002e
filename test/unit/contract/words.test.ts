import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './rooms.ts';

/** Put together here, so that this file does not hold them. */
const forbidden = [
  ['path of the workshop', new RegExp(`(?<![\\w.])/${'work'}/(main|shared|\\.)|/tmp/${'n24'}`)],
  ['address of a package registry', new RegExp(['registry', 'npmjs', '(org|com)'].join('\\.'))],
  ['folder that is not ours', new RegExp(`\\.\\./${'shared'}/`)],
] as const;

/** Every text file of the product that git knows or would add. */
function files(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\0').filter((path) => path && !/\.(png|bin|vsix|db|sqlite|ttf|woff2?)$/.test(path));
}

describe('words', () => {
  it('of the place where this was made are in no file', () => {
    const found = files().flatMap((path) => {
      const size = statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0;
      if (size === 0 || size > 5_000_000) return [];
      const text = readFileSync(join(root, path), 'utf8');
      return forbidden.flatMap(([what, pattern]) => {
        const match = pattern.exec(text);
        return match ? [`${path}: ${what}: ${text.slice(Math.max(0, match.index - 20), match.index + 40)}`] : [];
      });
    });
    assert.deepEqual(found, []);
  });

  it('that put work off are in no source', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|');
    const pattern = new RegExp(`^\\s*(//|/?\\*) .*\\b(${words})\\b|biome-${'ignore'}|@ts-(ignore|expect-error|nocheck)`, 'm');
    const found = files().filter(
      (path) => /^(src|scripts|test|pricing)\/.*\.(tsx?|mjs)$/.test(path) && pattern.test(readFileSync(join(root, path), 'utf8')),
    );
    assert.deepEqual(
      found.filter((path) => !path.endsWith('contract/words.test.ts')),
      [],
    );
  });
});
