import { setTimeout as delay } from 'node:timers/promises';

/** Asks every 100 ms until there is an answer; rejects after `limitMs`. */
export async function waitUntil<T>(ask: () => Promise<T | undefined>, limitMs: number): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`nothing within ${limitMs} ms: ${ask}`);
    await delay(100);
  }
}
