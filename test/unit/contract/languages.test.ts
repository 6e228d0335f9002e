import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, sourceFiles } from './rooms.ts';

type Texts = Readonly<Record<string, string | { readonly message: string }>>;

function texts(path: string): Texts {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** Every string in a value, with the path to it. */
function strings(value: unknown, path: string): { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => strings(inner, `${path}.${key}`));
}

/** Literal first arguments of `l10n.t(…)`, also as `{ message: … }`; and calls whose text cannot be read off. */
function l10nCalls(code: string): { readonly messages: string[]; readonly unreadable: string[] } {
  const messages: string[] = [];
  const unreadable: string[] = [];
  for (const { index, 0: call } of code.matchAll(/\bl10n\.t\(\s*(?:\{\s*message:\s*)?/g)) {
    const rest = code.slice(index + call.length);
    const literal = /^'((?:[^'\\]|\\.)*)'|^"((?:[^"\\]|\\.)*)"|^`((?:[^`\\$]|\\.)*)`/.exec(rest);
    if (!literal) unreadable.push(rest.slice(0, 40));
    else messages.push((literal[1] ?? literal[2] ?? literal[3] ?? '').replace(/\\(['"`\\])/g, '$1').replaceAll('\\n', '\n'));
  }
  return { messages, unreadable };
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort();

describe('languages', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  it('every text of the manifest that a person reads is a key with English and Chinese', () => {
    const english = texts('package.nls.json');
    const chinese = texts('package.nls.zh-cn.json');
    const all = [...strings(manifest.contributes, 'contributes'), { path: 'description', text: manifest.description }];
    const read =
      /\.(title|label|description|markdownDescription|markdownEnumDescriptions\.\d+|enumDescriptions\.\d+|enumItemLabels\.\d+|category|contents|altText|displayName|deprecationMessage|markdownDeprecationMessage)$/;
    const plain = all.filter(({ path, text }) => read.test(`.${path}`) && !/^%[\w.-]+%$/.test(text));
    // The product's name is a name in every language.
    assert.deepEqual(
      plain.filter(({ text }) => text !== manifest.displayName),
      [],
    );
    const keys = all.flatMap(({ text }) => /^%([\w.-]+)%$/.exec(text)?.[1] ?? []);
    assert.ok(keys.length > 5, `${keys.length} keys`);
    assert.deepEqual(
      keys.filter((key) => !english[key]),
      [],
      'missing in English',
    );
    assert.deepEqual(
      keys.filter((key) => !chinese[key]),
      [],
      'missing in Chinese',
    );
    assert.deepEqual(
      Object.keys(english).filter((key) => !keys.includes(key)),
      [],
      'nobody asks for',
    );
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  });

  it('every text of the code has its Chinese, with the same placeholders', () => {
    const calls = sourceFiles('src/**/*.{ts,tsx}').map((file) => ({
      file,
      ...l10nCalls(readFileSync(join(root, file), 'utf8')),
    }));
    const unreadable = calls.flatMap(({ file, unreadable: pieces }) => pieces.map((piece) => `${file}: ${piece}`));
    assert.deepEqual(unreadable, [], 'a text that is put together cannot be translated');
    const messages = [...new Set(calls.flatMap((call) => call.messages))];
    assert.ok(messages.length > 5, `${messages.length} texts`);
    const chinese = texts('l10n/bundle.l10n.zh-cn.json');
    const told = (key: string): string => {
      const value = chinese[key];
      return typeof value === 'string' ? value : (value?.message ?? '');
    };
    assert.deepEqual(
      messages.filter((message) => !told(message)),
      [],
      'missing in Chinese',
    );
    assert.deepEqual(
      messages.filter((message) => placeholders(message).join() !== placeholders(told(message)).join()),
      [],
      'placeholders differ',
    );
  });

  it('reads texts off the code', () => {
    const code = `l10n.t('one {0}', x); vscode.l10n.t("it's"); l10n.t({ message: 'two', comment: [] }); l10n.t(name)`;
    assert.deepEqual(l10nCalls(code), { messages: ['one {0}', "it's", 'two'], unreadable: ['name)'] });
  });

  it('the texts are named in the manifest', () => {
    assert.ok(existsSync(join(root, manifest.l10n)));
  });
});
