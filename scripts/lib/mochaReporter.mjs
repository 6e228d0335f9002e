import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import mocha from 'mocha';

const { Spec } = mocha.reporters;

/** Exit code of a run whose tests are done but which something of theirs (a server, a timer, a worker) keeps alive. */
const keptAlive = 97;

function endWhenKeptAlive() {
  const timer = setTimeout(() => {
    console.error(`10 s after the last test this is still open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(keptAlive);
  }, 10_000);
  timer.unref();
}

/** The `spec` reporter, which also leaves the results as JSON in the file named by `SPEND_METER_RESULTS`. */
export default class SpecAndJson extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const tests = [];
    const note = (outcome) => (test, error) =>
      tests.push({
        title: test.fullTitle(),
        outcome,
        ms: test.duration,
        ...(error ? { error: String(error.stack ?? error) } : {}),
      });
    runner.on('pass', note('passed'));
    runner.on('fail', note('failed'));
    runner.on('pending', note('skipped'));
    runner.on('end', () => {
      if (process.env.SPEND_METER_TESTS_ALONE) endWhenKeptAlive();
      const file = process.env.SPEND_METER_RESULTS;
      if (!file) return;
      const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(
        file,
        `${JSON.stringify({ passed: count('passed'), failed: count('failed'), skipped: count('skipped'), tests }, null, 1)}\n`,
      );
    });
  }
}
