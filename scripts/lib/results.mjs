import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, root } from './paths.mjs';
import { run, say, seconds } from './run.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, note?: string }} Counts */

export const passed = (n = 1) => ({ passed: n, failed: 0, skipped: 0 });
export const failed = (note) => ({ passed: 0, failed: 1, skipped: 0, note });
export const skipped = (note) => ({ passed: 0, failed: 0, skipped: 1, note });

/** The counts of several parts as one. */
export function sum(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) for (const key of Object.keys(total)) total[key] += part[key];
  return total;
}

export function closingLine(counts) {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** Path of a results file; an earlier run's file is taken away, so that what is read afterwards is this run's. */
export function resultsFile(name) {
  mkdirSync(output, { recursive: true });
  const file = join(output, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/**
 * Reads what a test run left. Exit code 0 is not proof: an extension host that crashes ends with 0 as well. So a run
 * without a results file, without a single pass, or with a bad exit code but no failure in the file, has failed.
 */
export function readResults(file, code) {
  if (!existsSync(file)) return failed(`no results were left (exit code ${code})`);
  const { passed: good, failed: bad, skipped: left, keptAliveBy } = JSON.parse(readFileSync(file, 'utf8'));
  if (keptAliveBy) return { passed: good, failed: bad + 1, skipped: left, note: `the tests left open: ${keptAliveBy}` };
  if (good === 0 && bad === 0) return failed(`not one test ran (exit code ${code})`);
  if (code !== 0 && bad === 0)
    return { passed: good, failed: 1, skipped: left, note: `exit code ${code} although no test failed` };
  return { passed: good, failed: bad, skipped: left };
}

/** Runs mocha over TypeScript tests in plain Node. */
export async function mocha(name, specs, { env = {}, args = [], timeoutMs = 600_000 } = {}) {
  const file = resultsFile(name);
  const { code } = await run(
    process.execPath,
    [
      join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
      '--reporter',
      join(root, 'scripts', 'lib', 'mochaReporter.mjs'),
      '--forbid-only',
      // How fast a machine is, no test tells: only what hangs is to fail.
      '--timeout',
      '30000',
      ...args,
      ...specs,
    ],
    { cwd: root, env: { ...process.env, SPEND_METER_RESULTS: file, SPEND_METER_TESTS_ALONE: '1', ...env }, timeoutMs },
  );
  return readResults(file, code);
}

/**
 * Runs steps one after another, each under a head line with its time, and leaves the sum in `<name>-summary.json`.
 *
 * @param {string} name
 * @param {readonly { name: string, title: string, run: () => Promise<Counts> }[]} steps
 */
export async function runSteps(name, steps) {
  const file = resultsFile(`${name}-summary`);
  const done = [];
  for (const [index, step] of steps.entries()) {
    say(`\n━━ ${index + 1}/${steps.length} ${step.title} ━━`);
    const started = Date.now();
    const counts = await step
      .run()
      .catch((error) => failed(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    done.push({ step: step.name, title: step.title, seconds: (Date.now() - started) / 1000, ...counts });
    if (counts.note) say(`${counts.failed ? 'FAILED' : counts.skipped ? '!!!! SKIPPED' : 'note'}: ${counts.note}`);
    say(`── ${step.title}: ${closingLine(counts)} (${seconds(started)})`);
  }
  const total = sum(done);
  writeFileSync(file, `${JSON.stringify({ ...total, steps: done }, null, 1)}\n`);
  say(`\n━━ ${name} ━━`);
  for (const part of done) {
    say(
      `  ${part.failed ? '✖' : part.skipped && !part.passed ? '○' : '✔'} ${part.title.padEnd(44)} ${closingLine(part).padEnd(36)} ${part.seconds.toFixed(1)} s`,
    );
  }
  return total;
}
