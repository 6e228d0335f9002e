import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

const english = (file: string): string[] => {
  const code = readFileSync(join(root, file), 'utf8');
  return [...code.matchAll(/\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map((call) => call[1] ?? call[2] ?? '');
};
const places = (text: string): string =>
  [...text.matchAll(/\{\d+\}/g)]
    .map(([place]) => place)
    .sort()
    .join();

/** The texts of the pure view models reach `vscode.l10n.t` under another name, which no tool can see. */
describe('texts of the view models and of the extension', () => {
  const chinese: Record<string, string> = JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.zh-cn.json'), 'utf8'));
  const files = [...globSync('src/core/present*.ts', { cwd: root }), ...globSync('src/extension/**/*.ts', { cwd: root })];
  const used = new Set(files.flatMap(english));

  it('have their Chinese, with the same placeholders', () => {
    assert.ok(used.size > 150, `${used.size} texts`);
    assert.deepEqual(
      [...used].filter((text) => !chinese[text] || places(chinese[text]) !== places(text)),
      [],
    );
  });

  it('are all there are: the bundle holds nothing that nobody says', () => {
    assert.deepEqual(
      Object.keys(chinese).filter((text) => !used.has(text)),
      [],
    );
  });
});
