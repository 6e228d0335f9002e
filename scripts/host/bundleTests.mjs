import { copyFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../lib/paths.mjs';

/** Where a bundled stand-in of another extension lies, to be loaded beside ours. */
export function standInPath(name) {
  return join(root, 'dist-test', 'host', 'standIns', name);
}

/** Bundles `test/host` into `dist-test/host`: CommonJS, because an extension host loads its tests with `require`. */
export async function bundleHostTests() {
  const suite = join(root, 'test', 'host', 'suite');
  const tests = readdirSync(suite).filter((name) => name.endsWith('.test.ts'));
  const standInFolder = join(root, 'test', 'host', 'standIns');
  const standIns = readdirSync(standInFolder);
  await build({
    absWorkingDir: root,
    entryPoints: {
      index: 'test/host/index.ts',
      ...Object.fromEntries(standIns.map((name) => [`standIns/${name}/extension`, join(standInFolder, name, 'extension.ts')])),
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
  for (const name of standIns) copyFileSync(join(standInFolder, name, 'package.json'), join(standInPath(name), 'package.json'));
  return tests.length;
}
