import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { AgentSettings, type Change, isInForce, plan } from '../../../src/agentSettings/settings.ts';
import { tomlValue } from '../../../src/agentSettings/toml.ts';

describe('a table in a TOML file', () => {
  let folder: string;
  let file: string;
  let settings: AgentSettings;
  let table: Change;
  const lines = '# ours\n[otel]\nexporter = "x"\nlog_user_prompt = false\n';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'spend-meter-toml-'));
    file = join(folder, 'config.toml');
    settings = new AgentSettings(join(folder, 'changes.json'), () => 1);
    table = { kind: 'table', file, name: 'otel', text: lines };
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const text = (): string => readFileSync(file, 'utf8');
  const put = (before: string): void => {
    writeFileSync(file, before);
    settings.apply('one', plan([table]));
    assert.ok(isInForce(table));
  };

  const line = fc.constantFrom(
    '',
    '# why',
    'model = "x"',
    '[projects."/a b"]',
    'trust_level = "trusted"',
    '[[list]]',
    'a = [',
    '  1,',
    ']',
    '  otelx = 1',
  );
  const toml = fc.tuple(fc.array(line, { maxLength: 8 }), fc.boolean(), fc.boolean()).map(([all, crlf, ends]) => {
    const eol = crlf ? '\r\n' : '\n';
    return all.join(eol) + (ends && all.length > 0 ? eol : '');
  });

  it('is taken out again to the byte', () => {
    fc.assert(
      fc.property(toml, (before) => {
        put(before);
        assert.ok(text().startsWith(before));
        assert.deepEqual(settings.undo('one').left, []);
        assert.equal(text(), before);
      }),
    );
  });

  it('is taken out from among what was written since, above it and below, and nothing else is', () => {
    const below = fc.constantFrom('[projects."/z"]\ntrust_level = "trusted"\n', '\n# mine\n\n[tui]\na = 1\n', '[[x]]\n', '\n');
    const above = fc.constantFrom('', '# first\n', 'approval_policy = "never"\n');
    fc.assert(
      fc.property(toml, above, below, (before, first, last) => {
        put(before);
        writeFileSync(file, first + text() + last);
        assert.deepEqual(settings.undo('one').left, []);
        const ended = before === '' || before.endsWith('\n') ? before : `${before}${before.includes('\r\n') ? '\r\n' : '\n'}`;
        assert.equal(text(), first + ended + last);
      }),
    );
  });

  it('stays where somebody has added to it or changed it, and is gone where they have taken it out', () => {
    for (const edit of [
      (was: string) => `${was}environment = "dev"\n`,
      (was: string) => was.replace('exporter = "x"', 'exporter = "y"'),
    ]) {
      put('model = "x"\n');
      const edited = edit(text());
      writeFileSync(file, edited);
      assert.equal(isInForce(table), edited.includes(lines));
      assert.equal(settings.undo('one').left.length, 1);
      assert.equal(text(), edited);
    }
    put('model = "x"\n');
    writeFileSync(file, 'model = "z"\n');
    assert.equal(isInForce(table), false);
    assert.deepEqual(settings.undo('one').left, []);
    assert.equal(text(), 'model = "z"\n');
  });

  it('is not put where there is one already, in whatever way it is written', () => {
    for (const own of [
      '[otel]\n',
      '[ otel.exporter ]\n',
      'otel.exporter = "none"\n',
      'otel = { }\n',
      '["otel"]\n',
      '[[otel]]\n',
    ]) {
      writeFileSync(file, `a = 1\n${own}`);
      assert.throws(() => plan([table]), /left alone: it says something about otel already/);
    }
  });

  it('has values in one line', () => {
    assert.equal(
      tomlValue({ 'otlp-http': { endpoint: 'http://a/"b"', on: true }, 'a b': ['x', 1] }),
      '{ otlp-http = { endpoint = "http://a/\\"b\\"", on = true }, "a b" = ["x", 1] }',
    );
  });
});
