/**
 * `npm run bench [-- gateway count ledger]`: measures against a baseline in the same run, prints the ratios, and writes
 * BENCHMARKS.md when everything was measured. Figures of a busy machine are ratios at best: nothing here fails a test.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAll } from '../esbuild.mjs';
import { root } from './lib/paths.mjs';
import { say } from './lib/run.mjs';

const wanted = process.argv.slice(2);
const files = globSync('test/bench/*.ts', { cwd: root })
  .sort()
  .filter((file) => !file.endsWith('Part.ts'))
  .filter((file) => wanted.length === 0 || wanted.includes(basename(file, '.ts')));

await buildAll({ production: true });
const sections = [];
for (const file of files) {
  const { bench } = await import(pathToFileURL(join(root, file)).href);
  if (!bench) continue;
  say(`\n━━ ${file} ━━`);
  const { name, rows } = await bench();
  const table = [['', 'measured', 'baseline', 'ratio'], ...rows.map(cells)];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table)
    say(`  ${row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('  ')}`);
  sections.push({ name, table });
}

function cells({ label, value, unit, baseline, ratio }) {
  return [
    label,
    `${figure(value)} ${unit}`,
    baseline === undefined ? '' : `${figure(baseline)} ${unit}`,
    ratio ? `${figure(ratio)}×` : '',
  ];
}

function figure(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3)).toString();
}

if (wanted.length === 0) {
  const head = [
    '# Benchmarks',
    '',
    `Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} shared cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}.`,
    'Each figure stands beside a baseline taken in the same run; read the ratios, not the absolute numbers.',
  ];
  const text = sections.flatMap(({ name, table: [first, ...rest] }) => [
    '',
    `## ${name}`,
    '',
    `| ${first.join(' | ')} |`,
    '|---|--:|--:|--:|',
    ...rest.map((row) => `| ${row.join(' | ')} |`),
  ]);
  // The advisor's section is made by `npm run bench:advisor` and stays.
  const file = join(root, 'BENCHMARKS.md');
  const advisor = existsSync(file) ? readFileSync(file, 'utf8').split('\n## The advisor\n')[1] : undefined;
  writeFileSync(file, `${[...head, ...text].join('\n')}\n${advisor === undefined ? '' : `\n## The advisor\n${advisor}`}`);
  say('\nwritten to BENCHMARKS.md');
}
process.exit(0);
