import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import mocha from 'mocha';

const { Spec } = mocha.reporters;

/** Ends a run whose tests are done but which something of theirs (a server, a timer, a worker) keeps alive. */
function endWhenKeptAlive(note) {
  const timer = setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ');
    console.error(`10 s after the last test this is still open: ${open}`);
    note(open);
    process.exit(1);
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
    const write = (more = {}) => {
      const file = process.env.SPEND_METER_RESULTS;
      if (!file) return;
      const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
      const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ ...counts, ...more, tests }, null, 1)}\n`);
    };
    runner.on('end', () => {
      write();
      // Not inside an extension host: it lives on by right.
      if (process.env.SPEND_METER_TESTS_ALONE) endWhenKeptAlive((keptAliveBy) => write({ keptAliveBy }));
    });
  }
}
