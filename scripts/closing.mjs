/**
 * Sums the summaries that runs left in `test/output` and prints the one closing line:
 * `node scripts/closing.mjs test agents …`. A run that left none counts as failed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './lib/paths.mjs';
import { closingLine, failed, sum } from './lib/results.mjs';
import { say } from './lib/run.mjs';

const total = sum(
  process.argv.slice(2).map((name) => {
    const file = join(output, `${name}-summary.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    say(`${name} left no summary`);
    return failed();
  }),
);
say(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
