import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Environment variable that marks everything a test run starts, however deep. */
export const marker = 'SPEND_METER_TEST_RUN';

/**
 * Processes whose environment holds this run's mark, besides this one and its own children (tools that it still uses;
 * what was truly left behind has lost its parent). Linux only; elsewhere none.
 */
function marked(value) {
  if (process.platform !== 'linux') return [];
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!environment.includes(`${marker}=${value}`)) continue;
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      const zombie = /^State:\s+Z/m.test(status);
      if (zombie || status.includes(`\nPPid:\t${process.pid}\n`)) continue;
      found.push(`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 200)}`);
    } catch {
      // Ended meanwhile, or another user's.
    }
  }
  return found;
}

/** What is still running of the marked after at most `graceMs`; empty is what is wanted. */
export async function leftOver(value, graceMs = 15_000) {
  const until = Date.now() + graceMs;
  let left = marked(value);
  while (left.length > 0 && Date.now() < until) {
    await delay(250);
    left = marked(value);
  }
  return left;
}
