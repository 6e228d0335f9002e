/** A process that writes to a ledger until it is killed: it says `n` after each committed batch of ten requests. */
import { Ledger } from '../../../src/ledger/ledger.ts';
import { noon, options, second, sighting } from './fixtures.ts';

const [path = '', from = '0'] = process.argv.slice(2);
const ledger = Ledger.open(path, options);
for (let batch = Number(from); ; batch++) {
  ledger.observe(
    Array.from({ length: 10 }, (_, i) => {
      const n = batch * 10 + i;
      return sighting({
        keys: [`rq:rq_${n}`, `msg:${n}`],
        task: `codex:${n % 7}`,
        at: noon - 86_400 * second + n * second,
        mode: n % 3 ? 'code' : 'plan',
        outcome: i === 9 ? 'running' : 'ok',
        usage: { uncachedInput: 1000 + n },
      });
    }),
  );
  process.stdout.write(`${batch}\n`);
}
