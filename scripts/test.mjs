/**
 * `npm test`: types, lint and format, unit tests, build, package, the extension in a real VS Code (from source and from
 * the packed .vsix), and a walk through it in a real browser.
 *
 *   npm test -- [--only=types,lint,unit,build,package,source,vsix,browser] [--unit=<glob>]
 */
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';
import { closingLine, failed, mocha, passed, runSteps } from './lib/results.mjs';
import { run, say } from './lib/run.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, unit: { type: 'string' } } });

/** A tool of node_modules that passes or fails as a whole. */
async function tool(script, args) {
  const { code } = await run(process.execPath, [`${root}/node_modules/${script}`, ...args], { cwd: root });
  return code === 0 ? passed() : failed(`${script} ended with ${code}`);
}

async function buildStep() {
  const { buildAll } = await import('../esbuild.mjs');
  const sizes = await buildAll({ production: true });
  for (const [name, bytes] of sizes) say(`  ${(bytes / 1024).toFixed(1).padStart(8)} KB  ${name}`);
  return passed();
}

const steps = [
  { name: 'types', title: 'Types', run: () => tool('typescript/bin/tsc', ['-p', '.']) },
  { name: 'lint', title: 'Lint and format', run: () => tool('@biomejs/biome/bin/biome', ['ci', '.']) },
  { name: 'unit', title: 'Unit tests', run: () => mocha('unit', [values.unit ?? 'test/unit/**/*.test.ts']) },
  { name: 'build', title: 'Build', run: buildStep },
];

const only = values.only?.split(',');
const unknown = only?.filter((name) => !steps.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  say(`unknown step: ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}`);
  process.exit(2);
}
const total = await runSteps(
  'test',
  steps.filter((step) => !only || only.includes(step.name)),
);
say(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
