/**
 * Builds `dist/`: the extension (CommonJS, as VS Code wants it), the Node programs (ES modules that share chunks, so
 * that a command of the CLI loads only what it uses), the page of the webview, and the token tables.
 *
 *   node esbuild.mjs [--production] [--watch]
 *
 * All files lie flat in `dist/`: a shared chunk may name a worker with `new URL('./tokenWorker.js', import.meta.url)`.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { writeTokenTables } from './scripts/tokenTables.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Output name → source. */
const nodeEntries = {
  service: 'src/service/main.ts',
  cli: 'src/cli.ts',
  tokenWorker: 'src/service/promptWorker.ts',
  sessionWorker: 'src/sessions/worker.ts',
  uninstall: 'src/service/uninstall.ts',
};

/** CommonJS dependencies inside an ES module ask for `require`. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

/** The entries whose source is there. While developing a missing one is said and left out; a product has them all. */
function existing(entries, production) {
  return Object.fromEntries(
    Object.entries(entries).filter(([name, source]) => {
      const there = existsSync(join(root, source));
      if (!there && production) throw new Error(`${source} does not exist: dist/${name} cannot be built`);
      if (!there) console.warn(`warning: ${source} does not exist yet, dist/${name} is left out`);
      return there;
    }),
  );
}

/** zod carries its error messages in some fifty languages, 250 KB of each bundle; nobody here reads but the English. */
const englishZod = {
  name: 'english-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

function configs(dist, production) {
  const common = {
    absWorkingDir: root,
    outdir: dist,
    bundle: true,
    minify: production,
    sourcemap: !production,
    legalComments: 'none',
    metafile: true,
    plugins: [englishZod],
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  };
  return [
    {
      ...common,
      entryPoints: existing({ extension: 'src/extension/extension.ts' }, production),
      outExtension: { '.js': '.cjs' },
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      external: ['vscode'],
    },
    {
      ...common,
      entryPoints: existing(nodeEntries, production),
      platform: 'node',
      format: 'esm',
      // The reading commands of the CLI run on Node 20.
      target: 'node20',
      splitting: true,
      chunkNames: 'chunk-[hash]',
      banner: { js: requireBanner },
    },
    {
      ...common,
      // One file that is copied out of here and runs in another program.
      entryPoints: existing({ serverPlugin: 'src/hooks/serverPlugin.ts' }, production),
      sourcemap: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    },
    {
      ...common,
      entryPoints: existing({ webview: 'src/webview/main.tsx' }, production),
      platform: 'browser',
      format: 'iife',
      target: 'chrome128',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    },
  ].filter((config) => Object.keys(config.entryPoints).length > 0);
}

/** Takes away the shared chunks (and, in production, the source maps) of earlier builds. */
function sweep(dist, written, production) {
  for (const name of readdirSync(dist)) {
    const stale = name.startsWith('chunk-') && !written.has(name);
    if (stale || (production && name.endsWith('.map'))) rmSync(join(dist, name));
  }
}

function makeExecutable(path) {
  if (!existsSync(path)) return;
  const text = readFileSync(path, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(path, `#!/usr/bin/env node\n${text}`);
  chmodSync(path, 0o755);
}

/**
 * @typedef {{ name: string, bytes: number, needs: string[], sources: string[] }} Output
 * One written file: what it loads before its first statement (files of ours by name, others as they are asked for),
 * and what it was made of.
 */

/** @returns {Output} */
function describe(path, output) {
  const needs = output.imports.filter(({ kind }) => kind === 'import-statement' || kind === 'require-call');
  return {
    name: basename(path),
    bytes: output.bytes,
    needs: needs.map((each) => (each.external ? each.path : basename(each.path))),
    sources: Object.keys(output.inputs),
  };
}

/**
 * Builds once into `dist`. Rejects when a source does not build.
 *
 * @returns {Promise<Output[]>}
 */
export async function buildAll({ dist = join(root, 'dist'), production = false } = {}) {
  const results = await Promise.all(configs(dist, production).map((config) => build(config)));
  writeTokenTables(join(dist, 'tokens'));
  const outputs = results
    .flatMap((result) => Object.entries(result.metafile.outputs))
    .map(([path, output]) => describe(path, output));
  sweep(dist, new Set(outputs.map(({ name }) => name)), production);
  makeExecutable(join(dist, 'cli.js'));
  return outputs.filter(({ name }) => !name.endsWith('.map')).sort((a, b) => b.bytes - a.bytes);
}

/** One line per file. */
export function sizeLines(outputs) {
  return outputs.map(({ name, bytes }) => `  ${(bytes / 1024).toFixed(1).padStart(8)} KB  dist/${name}`).join('\n');
}

async function watch() {
  writeTokenTables(join(root, 'dist', 'tokens'));
  const contexts = await Promise.all(
    configs(join(root, 'dist'), false).map((config) => context({ ...config, logLevel: 'info' })),
  );
  await Promise.all(contexts.map((each) => each.watch()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--watch')) await watch();
  else console.log(sizeLines(await buildAll({ production: process.argv.includes('--production') })));
}
