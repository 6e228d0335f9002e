import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../lib/paths.mjs';

/** Bundles `test/host` into `dist-test/host`: CommonJS, because an extension host loads its tests with `require`. */
export async function bundleHostTests() {
  const suite = join(root, 'test', 'host', 'suite');
  const tests = readdirSync(suite).filter((name) => name.endsWith('.test.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: {
      index: 'test/host/index.ts',
      ...Object.fromEntries(tests.map((name) => [`suite/${basename(name, '.ts')}`, join(suite, name)])),
    },
    outdir: 'dist-test/host',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha', '*/mochaReporter.mjs'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return tests.length;
}
