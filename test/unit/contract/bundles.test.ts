import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildAll, type Output } from '../../../esbuild.mjs';

const kilobyte = 1024;

/** Loads the bundle with an editor that does nothing and prints the CPU time that took, in milliseconds. */
const loadInNode = `
  const Module = require('node:module');
  const nothing = new Proxy(class {}, { get: (target, key) => (key === 'prototype' ? target.prototype : nothing), apply: () => nothing });
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? nothing : load(name, ...rest));
  const before = process.cpuUsage();
  const { activate } = require(process.argv[1]);
  const { user, system } = process.cpuUsage(before);
  if (typeof activate !== 'function') throw new Error('no activate');
  process.stdout.write(String((user + system) / 1000));
`;

describe('bundles', function () {
  this.timeout(60_000);
  const dist = mkdtempSync(join(tmpdir(), 'spend-meter-dist-'));
  let outputs: Output[];
  const text = (name: string): string => readFileSync(join(dist, name), 'utf8');
  const output = (name: string): Output => {
    const found = outputs.find((each) => each.name === name);
    assert.ok(found, `${name} is built`);
    return found;
  };

  /** A file and everything it loads before its first statement. */
  const loadedAtOnce = (name: string, seen = new Map<string, Output>()): Map<string, Output> => {
    if (seen.has(name)) return seen;
    const own = output(name);
    seen.set(name, own);
    for (const need of own.needs) if (outputs.some((each) => each.name === need)) loadedAtOnce(need, seen);
    return seen;
  };

  before(async () => {
    outputs = await buildAll({ dist, production: true });
  });
  after(() => rmSync(dist, { recursive: true, force: true }));

  it('are all there', () => {
    for (const name of [
      'extension.cjs',
      'service.js',
      'cli.js',
      'tokenWorker.js',
      'sessionWorker.js',
      'uninstall.js',
      'serverPlugin.js',
      'webview.js',
      'webview.css',
    ])
      output(name);
  });

  it('stay within their budgets', () => {
    const extension = output('extension.cjs').bytes / kilobyte;
    const page = gzipSync(text('webview.js')).length / kilobyte;
    console.log(`      extension.cjs ${extension.toFixed(1)} KB, webview.js ${page.toFixed(1)} KB gzipped`);
    assert.ok(extension < 300);
    assert.ok(page < 60);
  });

  it('ask for nothing that is not in them: Node and the editor only', () => {
    const known = new Set([...builtinModules, 'vscode', ...outputs.map(({ name }) => name)]);
    const foreign = outputs.flatMap(({ name, needs }) =>
      needs.filter((need) => !known.has(need) && !need.startsWith('node:')).map((need) => `${name} asks for ${need}`),
    );
    assert.deepEqual(foreign, []);
    assert.deepEqual(output('webview.js').needs, []);
  });

  it('have the server plugin in one file, which runs outside of here', () => {
    assert.ok(output('serverPlugin.js').needs.every((need) => need.startsWith('node:')));
    assert.doesNotMatch(text('serverPlugin.js'), /sourceMappingURL|createRequire/);
  });

  it('load the extension with little work', () => {
    const times = [1, 2, 3].map(() =>
      Number(execFileSync(process.execPath, ['-e', loadInNode, join(dist, 'extension.cjs')], { encoding: 'utf8' })),
    );
    console.log(`      loading extension.cjs: ${Math.min(...times).toFixed(1)} ms of CPU`);
    assert.ok(Math.min(...times) < 150, `${times} ms`);
  });

  it('load no more of the CLI than a command needs', () => {
    const files = [...loadedAtOnce('cli.js').values()];
    assert.match(text('cli.js'), /^#!\/usr\/bin\/env node\n/);
    assert.ok(!files.some(({ needs }) => needs.includes('node:sqlite')), 'the ledger is not loaded');
    assert.ok(
      !files.some(({ sources }) => sources.some((source) => source.includes('node_modules/undici/'))),
      'upstream traffic is not loaded',
    );
  });
});
