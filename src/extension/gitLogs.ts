/** An entry of what git keeps of a ref in this clone: when it came to a commit, and why. Times: s since the epoch. */
export interface LogEntry {
  /** `HEAD`, or the name of a branch. */
  readonly ref: string;
  readonly at: number;
  readonly hash: string;
  /** When the commit was made, and when its change was first written. */
  readonly committed: number;
  readonly authored: number;
  readonly why: string;
}

/** Another branch was checked out; `carried`: on the very same commit, so that work in progress came along. */
export interface Switch {
  readonly kind: 'switch';
  readonly at: number;
  readonly to: string;
  readonly carried: boolean;
}

/** A commit was made in this clone; `branch`: on which, empty where none was checked out. */
export interface Making {
  readonly kind: 'commit';
  readonly at: number;
  readonly hash: string;
  readonly branch: string;
}

export interface ClonePast {
  /** The branch that was checked out at the beginning. */
  readonly branch: string;
  /** In the order in which they happened, but for commits that a rebase made anew: these keep the time of their change. */
  readonly happenings: readonly (Switch | Making)[];
}

const switches = [
  /^checkout: moving from (?<from>.+) to (?<to>.+)$/,
  /^Branch: renamed refs\/heads\/(?<from>.+) to refs\/heads\/(?<to>.+)$/,
  /^rebase.*: returning to refs\/heads\/(?<to>.+)$/,
];
const rebased = /^[^:]*\brebase\b/;
/** A commit is logged as soon as it is made (s); one that is older came by a pull, a reset or a fast-forward. */
const atOnce = 2;

/**
 * What happened in a folder by its log of HEAD, and which commits other work trees of the clone made by the logs of their
 * branches. `entries`: newest first, as git gives them; `head`: the branch that is checked out now.
 */
export function pastOf(entries: readonly LogEntry[], head: string): ClonePast {
  const oldestFirst = [...entries].reverse();
  const log = oldestFirst.filter(({ ref }) => ref === 'HEAD');
  const first = log.map(({ why }) => switchOf(why)).find((found) => found?.from !== undefined);
  const branch = first ? branchName(first.from ?? '') : head;
  const here: (Switch | Making)[] = [];
  const seen = new Set<string>();
  let [current, before] = [branch, ''];
  for (const entry of log) {
    const change = switchOf(entry.why);
    if (change) {
      current = branchName(change.to);
      here.push({ kind: 'switch', at: entry.at, to: current, carried: entry.hash === before });
    } else if (isMaking(entry) && !seen.has(entry.hash)) {
      here.push(makingOf(entry, current));
    }
    seen.add(entry.hash);
    before = entry.hash;
  }
  const elsewhere: Making[] = [];
  for (const entry of oldestFirst) {
    if (seen.has(entry.hash) || !isMaking(entry)) continue;
    seen.add(entry.hash);
    elsewhere.push(makingOf(entry, entry.ref));
  }
  return { branch, happenings: [...elsewhere, ...here].sort((a, b) => a.at - b.at) };
}

function isMaking({ at, committed }: LogEntry): boolean {
  return Math.abs(at - committed) <= atOnce;
}

/** An amendment ends at its own time, since it took work; a rebase only moves what was there. */
function makingOf({ at, authored, hash, why }: LogEntry, branch: string): Making {
  return { kind: 'commit', at: rebased.test(why) ? authored : at, hash, branch };
}

function switchOf(why: string): { readonly from?: string | undefined; readonly to: string } | undefined {
  for (const pattern of switches) {
    const found = pattern.exec(why)?.groups;
    if (found?.to !== undefined) return { from: found.from, to: found.to };
  }
  return undefined;
}

/** Where no branch is checked out git names the commit itself. */
function branchName(name: string): string {
  return name === 'HEAD' || /^[0-9a-f]{40,64}$/.test(name) ? '' : name;
}
