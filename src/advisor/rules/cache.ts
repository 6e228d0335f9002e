import { cacheWrites, promptTokens } from '../../core/usage.ts';
import { type Advice, exactly, type Rule, type RuleInput } from '../advice.ts';
import { costOf, isWork, type Step } from '../step.ts';

/** A pause after which providers have forgotten (ms). */
const ttl = 5 * 60_000;
/** Prompts below this are cheap to read again. */
const leastPrompt = 10_000;
/** Earlier steps that tell how warm a task usually is. */
const leastBefore = 3;
/** A result counts as big from this many tokens and this part of the prompt, read again so many times. */
const bigResult = 10_000;
const bigPart = 0.1;
const readAgain = 10;

/** A step that reads little from the cache after a pause or a change of model, in a task that was warm before. Exact: what reading it warm would have saved. */
export const coldCache: Rule = (input) =>
  gather('cold cache', input, (steps) => {
    const found: { step: Step; saved: bigint }[] = [];
    let shares = 0;
    let count = 0;
    let before: Step | undefined;
    for (const step of steps.filter(isWork)) {
      const prompt = promptTokens(step.usage);
      const share = prompt === 0 ? 0 : step.usage.cacheRead / prompt;
      const paused = before !== undefined && (step.at - before.at > ttl || step.model !== before.model);
      const usual = count === 0 ? 0 : shares / count;
      if (paused && count >= leastBefore && prompt >= leastPrompt && share < usual / 2) {
        const saved = ifWarm(step, Math.round(prompt * usual), input);
        if (saved > 0n) found.push({ step, saved });
      } else {
        shares += share;
        count++;
      }
      before = step;
    }
    return found;
  });

function ifWarm(step: Step, read: number, { price }: RuleInput): bigint {
  const { provider, model, at, usage, cost } = step;
  const more = Math.min(read - usage.cacheRead, usage.uncachedInput + cacheWrites(usage));
  if (more <= 0 || cost === null) return 0n;
  const warm = { ...usage, cacheRead: usage.cacheRead + more };
  let left = more;
  for (const name of ['cacheWrite5m', 'cacheWrite1h', 'cacheWrite30m', 'cacheWrite12h', 'uncachedInput'] as const) {
    const taken = Math.min(left, warm[name]);
    warm[name] -= taken;
    left -= taken;
  }
  const would = price({ provider, model, at, usage: warm, counted: 'reported' }).cost;
  return would === null ? 0n : cost - would;
}

/** One step added much to the prompt, and ten or more steps read it again. Exact: those tokens at the price of reading them. */
export const bigResults: Rule = (input) =>
  gather('big result', input, (steps) => {
    const work = steps.filter(isWork);
    return work.flatMap((step, at) => {
      const before = work[at - 1];
      if (!before) return [];
      const grew = promptTokens(step.usage) - promptTokens(before.usage) - before.usage.output;
      if (grew < bigResult || grew < promptTokens(step.usage) * bigPart) return [];
      const later = work.slice(at + 1).findIndex(({ usage }) => promptTokens(usage) < promptTokens(before.usage));
      const readers = work.slice(at + 1, later < 0 ? undefined : at + 1 + later);
      if (readers.length < readAgain) return [];
      const saved = readers.reduce((sum, reader) => sum + readCost(reader, grew, input), 0n);
      return saved > 0n ? [{ step, saved }] : [];
    });
  });

function readCost(step: Step, tokens: number, { price }: RuleInput): bigint {
  const { provider, model, at, usage, cost } = step;
  const read = Math.min(tokens, usage.cacheRead);
  if (read === 0 || cost === null) return 0n;
  const without = price({
    provider,
    model,
    at,
    usage: { ...usage, cacheRead: usage.cacheRead - read },
    counted: 'reported',
  }).cost;
  return without === null ? 0n : cost - without;
}

function gather(
  rule: Advice['rule'],
  { history }: RuleInput,
  of: (steps: readonly Step[]) => readonly { readonly step: Step; readonly saved: bigint }[],
): Advice[] {
  const all = new Map<string, { first: Step; steps: Step[]; saved: bigint; tasks: Set<string> }>();
  for (const steps of history.tasks.values()) {
    for (const { step, saved } of of(steps)) {
      if (step.at < history.since) continue;
      const key = [step.agent, step.mode, step.model, step.billing].join('\0');
      const sum = all.get(key) ?? { first: step, steps: [], saved: 0n, tasks: new Set() };
      all.set(key, sum);
      sum.steps.push(step);
      sum.tasks.add(step.task);
      sum.saved += saved;
    }
  }
  return [...all.values()].map(({ first, steps, saved, tasks }) => {
    const spent = rule === 'big result' ? saved : costOf(steps);
    return {
      id: [rule, first.agent, first.mode, first.model, first.billing].join(':'),
      rule,
      evidence: 'exact',
      agent: first.agent,
      subject: { kind: 'mode', agent: first.agent, name: first.mode },
      modeKind: first.modeKind,
      // Nothing to switch: told in the table, never in a card.
      allow: 'quiet',
      billing: first.billing,
      from: first.model,
      tasks: tasks.size,
      requests: steps.length,
      spent,
      would: exactly(spent - saved),
      cold: 0n,
    };
  });
}
