/**
 * `npm test`: types, lint and format, unit tests, build, package, the extension in a real VS Code (from source and from
 * the packed .vsix), and a walk through it in a real browser.
 *
 *   npm test -- [--only=types,lint,unit,build,package,source,vsix,floor,browser] [--unit=<glob>]
 *
 * `floor` (the oldest VS Code that is promised) runs only where it is named.
 */
import { randomUUID } from 'node:crypto';
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleHostTests } from './host/bundleTests.mjs';
import { chooseTestHost, shim } from './host/choose.mjs';
import { findChromium, noChromium } from './host/chromium.mjs';
import { leftOver, marker } from './lib/leftOver.mjs';
import { output, root } from './lib/paths.mjs';
import { closingLine, failed, mocha, passed, readResults, resultsFile, runSteps, skipped } from './lib/results.mjs';
import { run, say } from './lib/run.mjs';
import { packageProblems, packExtension } from './package.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, unit: { type: 'string' } } });
const vsix = join(output, 'spend-meter.vsix');

/** Everything that is started from here on carries this mark, so that what is left running can be found. */
const mark = randomUUID();
process.env[marker] = mark;

/** A tool of node_modules that passes or fails as a whole. */
async function tool(script, args) {
  const { code } = await run(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });
  return code === 0 ? passed() : failed(`${script} ended with ${code}`);
}

async function buildStep() {
  const { buildAll, sizeLines } = await import('../esbuild.mjs');
  say(sizeLines(await buildAll({ production: true })));
  return passed();
}

let packed = false;

/** Packs once per run: an older package must not stand in for this one. */
async function pack() {
  if (!packed) await packExtension(vsix);
  packed = true;
}

async function packageStep() {
  await pack();
  const problems = packageProblems(vsix);
  return problems.length === 0 ? passed() : failed(problems.join('\n'));
}

/** The mocha suite of `test/host` in a real VS Code. */
async function hostStep(name, args) {
  if (chooseTestHost().path === shim && !findChromium()) return skipped(noChromium);
  if (args.length > 0) await pack();
  await bundleHostTests();
  const file = resultsFile(name);
  const script = join(root, 'scripts', 'host', 'hostTests.mjs');
  const { code } = await run(process.execPath, [script, `--results=${file}`, ...args], { cwd: root, timeoutMs: 900_000 });
  const counts = readResults(file, code);
  const left = await leftOver(mark);
  return left.length === 0 ? counts : { ...counts, failed: counts.failed + 1, note: `still running:\n${left.join('\n')}` };
}

async function browserStep() {
  if (!findChromium()) return skipped(noChromium);
  if (process.platform === 'win32') return skipped('the npm-carried VS Code server does not run on Windows');
  rmSync(join(output, 'screens'), { recursive: true, force: true });
  await pack();
  const specs = globSync('test/browser/**/*.test.ts', { cwd: root }).sort();
  const counts = await mocha('browser', specs, { env: { SPEND_METER_VSIX: vsix } });
  say(`  screenshots are in ${join(output, 'screens')}`);
  const left = await leftOver(mark);
  return left.length === 0 ? counts : { ...counts, failed: counts.failed + 1, note: `still running:\n${left.join('\n')}` };
}

const steps = [
  { name: 'types', title: 'Types', run: () => tool('typescript/bin/tsc', ['-p', '.']) },
  {
    name: 'lint',
    title: 'Lint and format',
    run: () => tool('@biomejs/biome/bin/biome', ['ci', '.', ...(process.stdout.isTTY ? [] : ['--colors=off'])]),
  },
  { name: 'unit', title: 'Unit tests', run: () => mocha('unit', [values.unit ?? 'test/unit/**/*.test.ts']) },
  { name: 'build', title: 'Build', run: buildStep },
  { name: 'package', title: 'Package', run: packageStep },
  { name: 'source', title: 'Real VS Code, from source', run: () => hostStep('host-source', []) },
  { name: 'vsix', title: 'Real VS Code, the packed extension', run: () => hostStep('host-vsix', [`--vsix=${vsix}`]) },
  {
    name: 'floor',
    title: 'Real VS Code, oldest promised',
    run: () => hostStep('host-floor', [`--vsix=${vsix}`, '--kind=floor']),
  },
  { name: 'browser', title: 'Browser walk', run: browserStep },
];
const named = ['floor'];

const only = values.only?.split(',');
const unknown = only?.filter((name) => !steps.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  say(`unknown step: ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}
const total = await runSteps(
  only ? 'test-part' : 'test',
  steps.filter((step) => (only ? only.includes(step.name) : !named.includes(step.name))),
);
say(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
