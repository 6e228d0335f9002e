/** What a conversation shows of an agent that goes round in circles: counts, nothing of what was said. */
export interface LoopFacts {
  /** How often the most repeated call was made with the very same result, among the last {@link lookedAt} since a person wrote. */
  readonly repeated: number;
  /** The tool of that call. */
  readonly tool: string;
  /** How often an edit was taken back by its exact opposite, or made again. */
  readonly undone: number;
  /** Calls since a person wrote. */
  readonly sinceUser: number;
}

export const noLoop: LoopFacts = { repeated: 0, tool: '', undone: 0, sinceUser: 0 };

/** A call with its result, or an edit, as `agents/steps.ts` tells them. */
export interface Made {
  readonly tool: string;
  readonly call: string;
  readonly result: string;
  readonly edit?: { readonly file: string; readonly from: string; readonly to: string } | undefined;
}

/** A loop is what repeats itself now: older calls are not looked at. */
export const lookedAt = 30;

/** From the calls since a person wrote, oldest first. */
export function loopFacts(calls: readonly Made[]): LoopFacts {
  const recent = calls.slice(-lookedAt);
  const counts = new Map<string, { tool: string; count: number }>();
  for (const { tool, call, result } of recent) {
    const key = `${call} ${result}`;
    const known = counts.get(key) ?? { tool, count: 0 };
    known.count += 1;
    counts.set(key, known);
  }
  let most = { tool: '', count: 0 };
  for (const each of counts.values()) if (each.count > most.count) most = each;
  return { repeated: most.count, tool: most.tool, undone: undoneIn(recent), sinceUser: calls.length };
}

/** Turns of a pair of opposite edits in one file: a → b, b → a, a → b counts two. */
function undoneIn(calls: readonly Made[]): number {
  const last = new Map<string, string>();
  const turns = new Map<string, number>();
  for (const { edit } of calls) {
    if (!edit) continue;
    const pair = `${edit.file} ${[edit.from, edit.to].sort().join(' ')}`;
    if (last.has(pair) && last.get(pair) !== edit.to) turns.set(pair, (turns.get(pair) ?? 0) + 1);
    last.set(pair, edit.to);
  }
  return Math.max(0, ...turns.values());
}

/** One reason to think that an agent runs away, with what it rests on. Money is exact USD. */
export type Runaway =
  | { readonly what: 'same call'; readonly tool: string; readonly times: number }
  | { readonly what: 'edit and undo'; readonly times: number }
  | { readonly what: 'burn rate'; readonly perHourUsd: string; readonly usualUsd: string }
  | { readonly what: 'context'; readonly tokens: number; readonly before: number; readonly calls: number };

/**
 * Chosen so that long, healthy runs raise nothing: agents look at the same state a few times while they work (`git status`, a file before and after), wait for
 * a build by asking again, and take one edit back; they do not get the same answer to the same question eight times in thirty calls.
 */
export const thresholds = {
  sameCall: 8,
  editAndUndo: 4,
  /** Tokens that the prompt grew since a person wrote, at the least, and how many times as long it has become. */
  contextGrowth: 150_000,
  contextTimes: 4,
  contextCalls: 100,
  /** Times the task's own rate. */
  burn: 5,
} as const;

/** What the conversation shows. `prompt`: tokens of this prompt; `atUser`: of the prompt in which a person wrote last. */
export function runawayIn(facts: LoopFacts, prompt: number, atUser: number | undefined): Runaway | undefined {
  if (facts.repeated >= thresholds.sameCall) return { what: 'same call', tool: facts.tool, times: facts.repeated };
  if (facts.undone >= thresholds.editAndUndo) return { what: 'edit and undo', times: facts.undone };
  const grew = atUser !== undefined && prompt - atUser >= thresholds.contextGrowth && prompt >= atUser * thresholds.contextTimes;
  if (grew && facts.sinceUser >= thresholds.contextCalls)
    return { what: 'context', tokens: prompt, before: atUser, calls: facts.sinceUser };
  return undefined;
}
