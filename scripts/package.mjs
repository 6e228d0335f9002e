/** `npm run package`: builds for production and packs `spend-meter-<version>.vsix`; then looks into what was packed. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './lib/paths.mjs';
import { run, say } from './lib/run.mjs';
import { zipEntries } from './lib/zip.mjs';

/** Everything that may be in the package, and whether it must. */
const allowed = [
  { pattern: /^\[Content_Types\]\.xml$|^extension\.vsixmanifest$/, required: true },
  { pattern: /^extension\/package\.json$/, required: true },
  { pattern: /^extension\/package\.nls\.json$/, required: true },
  { pattern: /^extension\/package\.nls\.zh-cn\.json$/, required: true },
  { pattern: /^extension\/l10n\/bundle\.l10n\.zh-cn\.json$/, required: true },
  { pattern: /^extension\/readme\.md$/, required: true },
  { pattern: /^extension\/changelog\.md$/, required: true },
  { pattern: /^extension\/LICENSE\.txt$/, required: true },
  { pattern: /^extension\/dist\/extension\.cjs$/, required: true },
  { pattern: /^extension\/dist\/service\.js$/, required: true },
  { pattern: /^extension\/dist\/cli\.js$/, required: true },
  { pattern: /^extension\/dist\/uninstall\.js$/, required: true },
  { pattern: /^extension\/dist\/serverPlugin\.js$/, required: true },
  { pattern: /^extension\/dist\/tokenWorker\.js$/, required: true },
  { pattern: /^extension\/dist\/sessionWorker\.js$/, required: true },
  { pattern: /^extension\/dist\/chunk-[A-Z0-9]+\.js$/, required: false },
  { pattern: /^extension\/dist\/webview\.js$/, required: true },
  { pattern: /^extension\/dist\/webview\.css$/, required: true },
  { pattern: /^extension\/dist\/tokens\/(o200k_base|cl100k_base)\.bin$/, required: true },
  { pattern: /^extension\/media\/icon\.png$/, required: true },
  { pattern: /^extension\/media\/walkthrough\/[\w-]+\.(png|svg|md)$/, required: false },
];

const limitBytes = 4 * 1024 * 1024;

/** What is wrong with a packed extension; empty is what is wanted. */
export function packageProblems(vsix) {
  const names = zipEntries(vsix).map((entry) => entry.name);
  const problems = names
    .filter((name) => !allowed.some(({ pattern }) => pattern.test(name)))
    .map((name) => `${name} must not be packed`);
  for (const { pattern, required } of allowed) {
    if (required && !names.some((name) => pattern.test(name))) problems.push(`nothing packed matches ${pattern}`);
  }
  const { size } = statSync(vsix);
  if (size > limitBytes) problems.push(`${size} bytes are more than ${limitBytes}`);
  return problems;
}

/** Builds and packs. Throws with vsce's output when it fails. */
export async function packExtension(vsix) {
  rmSync(vsix, { force: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { code, output } = await run(process.execPath, [vsce, 'package', '--no-dependencies', '--out', vsix], {
    cwd: root,
    quiet: true,
  });
  if (code !== 0) throw new Error(`vsce package ended with ${code}:\n${output}`);
  for (const { name, bytes } of zipEntries(vsix)) say(`  ${(bytes / 1024).toFixed(1).padStart(8)} KB  ${name}`);
  say(`  ${(statSync(vsix).size / 1024).toFixed(0).padStart(8)} KB  ${vsix}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const vsix = join(root, 'spend-meter.vsix');
  await packExtension(vsix);
  const problems = packageProblems(vsix);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
