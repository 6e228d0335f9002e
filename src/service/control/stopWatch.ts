import type { Disposable } from '../../core/disposable.ts';
import type { StopRow, StopWay, WindowWay } from '../../protocol/stops.ts';

export interface StopWatchParts {
  readonly now: () => number;
  readonly rootOf: (task: string) => string;
  /** Whether requests of the tree pass the gateway, where they can be refused. */
  readonly passes: (root: string) => boolean;
  /** When the last requests of the tree were seen (ms), in any order. */
  readonly moments: (root: string) => readonly number[];
  readonly changed: (root: string) => void;
}

/** A request of a stopped tree, as the ledger has it. */
export interface StoppedSpend {
  readonly id: string;
  readonly task: string;
  readonly agent: string;
  /** When it was sent, where that is known; otherwise when it was told (ms). */
  readonly at: number;
  readonly beganIsKnown: boolean;
  readonly refused: boolean;
  /** It went through the gateway, which lets nothing of a stopped task pass. */
  readonly guarded: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Watched {
  readonly row: Writable<StopRow>;
  /** Ways that are left, the gentlest first. */
  left: WindowWay[];
  /** What is sent after this was not on its way already (ms). */
  firm: number;
  /** No window has to answer any more after this (ms). */
  askedUntil: number;
  /** The last that was paid for. */
  lastPaid: number;
  readonly seen: Set<string>;
  /** Tasks of the tree whose one request on its way has been told. */
  readonly onTheWay: Set<string>;
  /** Sent since the stop while no window had told the agent yet. */
  untold: number;
}

/** Windows answer within this time (ms), or cannot. */
const answerWithin = 5_000;
/** A stopped agent that knocks so often is told in a stronger way. */
const mostKnocks = 3;
/** Bounds of the time that a turn is given (ms); the middle is for a task of which nothing is known. */
const turn = { least: 10_000, usual: 30_000, most: 120_000 };
/** A longer pause (ms) is the user's, not the agent's. */
const pause = 5 * 60_000;

/**
 * Whether stops are stops. What passes the gateway is stopped by being refused; everything else has to be told by a window, and then be watched: nobody is
 * told `stopped` before the tree has been quiet for as long as one of its turns takes.
 */
export class StopWatch implements Disposable {
  readonly #parts: StopWatchParts;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: StopWatchParts) {
    this.#parts = parts;
  }

  get rows(): readonly StopRow[] {
    return [...this.#watched.values()].map(({ row }) => row);
  }

  get(root: string): StopRow | undefined {
    return this.#watched.get(root)?.row;
  }

  /** A stop holds from now on. Again for a tree that is watched: it is tried anew. */
  begin(root: string): void {
    const { now, passes } = this.#parts;
    const agent = agentOf(root);
    const left = [...waysOf(agent)];
    const guarded = agent === 'sample' || passes(root);
    const way: StopWay | null = guarded ? 'gateway' : null;
    const watched: Watched = {
      row: {
        task: root,
        agent,
        state: guarded ? 'stopped' : 'stopping',
        way,
        asked: null,
        next: left[0] ?? null,
        refused: 0,
        paid: 0,
        since: now(),
      },
      left,
      firm: now(),
      askedUntil: 0,
      lastPaid: 0,
      seen: new Set(),
      onTheWay: new Set(),
      untold: 0,
    };
    this.#watched.set(root, watched);
    if (!guarded) this.#ask(watched);
    this.#told(root);
  }

  /** A stop that was kept from an earlier run of the service: it is held, and nobody is told anew. */
  keep(root: string, since: number): void {
    this.begin(root);
    const watched = this.#watched.get(root);
    if (!watched || watched.row.way === 'gateway') return;
    watched.row.asked = null;
    watched.row.since = since;
    watched.firm = since;
    watched.left = [...waysOf(watched.row.agent)];
    watched.row.next = watched.left[0] ?? null;
  }

  end(root: string): void {
    if (this.#watched.delete(root)) this.#told(root);
  }

  /** The next stronger way is wanted. False where there is none. */
  escalate(root: string): boolean {
    const watched = this.#watched.get(root);
    if (!watched || !this.#ask(watched)) return false;
    this.#told(root);
    return true;
  }

  /** A window has tried what was asked. */
  answered(root: string, way: WindowWay, taken: boolean): void {
    const watched = this.#watched.get(root);
    if (!watched || watched.row.asked !== way) return;
    watched.row.asked = null;
    if (taken) {
      watched.row.way = way;
      watched.row.state = 'stopping';
      watched.firm = this.#parts.now();
      watched.onTheWay.clear();
      watched.untold = 0;
    } else this.#nobodyCould(watched);
    this.#told(root);
  }

  /** To be called for every row that is written while something is stopped. */
  saw(spend: StoppedSpend): void {
    const root = this.#parts.rootOf(spend.task);
    const watched = this.#watched.get(root);
    if (!watched || watched.seen.has(spend.id) || spend.at < watched.row.since) return;
    if (spend.refused) {
      watched.seen.add(spend.id);
      watched.row.refused += 1;
      if (watched.row.refused % mostKnocks === 0 && watched.row.asked === null) this.#ask(watched);
      this.#told(root);
      return;
    }
    if (spend.guarded) return;
    watched.seen.add(spend.id);
    watched.lastPaid = this.#parts.now();
    if (!this.#wasOnTheWay(watched, spend)) {
      watched.row.paid += 1;
      watched.row.state = 'spending';
      // It does not pass the gateway any more, which was all that stood in its way.
      if (watched.row.way === 'gateway' && watched.row.asked === null) this.#ask(watched);
    }
    this.#told(root);
  }

  /** Time has passed. */
  look(): void {
    const now = this.#parts.now();
    for (const [root, watched] of this.#watched) {
      const { row } = watched;
      if (row.asked !== null && now >= watched.askedUntil) {
        row.asked = null;
        this.#nobodyCould(watched);
        this.#parts.changed(root);
      }
      if (row.state !== 'stopped' && row.asked === null && now >= this.#quietAt(watched)) {
        row.state = 'stopped';
        this.#parts.changed(root);
      }
    }
    this.#arm();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** What began before the agent was told cannot be called back. Where the beginning is not known, one request of each task may be such. */
  #wasOnTheWay(watched: Watched, { task, at, beganIsKnown }: StoppedSpend): boolean {
    const { firm, onTheWay } = watched;
    if (at <= firm) return true;
    if (watched.row.way === null && watched.row.asked !== null) {
      watched.untold += 1;
      return true;
    }
    if (beganIsKnown || onTheWay.has(task)) return false;
    onTheWay.add(task);
    return true;
  }

  /** No window could tell the agent in the way that was asked. Where it has been told in none, what is left is tried, too; after that, it spends on. */
  #nobodyCould(watched: Watched): void {
    const { row } = watched;
    if (row.way !== null || this.#ask(watched) || watched.untold === 0) return;
    row.paid += watched.untold;
    row.state = 'spending';
    watched.untold = 0;
  }

  #ask(watched: Watched): boolean {
    const way = watched.left.shift();
    if (way === undefined) return false;
    watched.row.asked = way;
    watched.row.next = watched.left[0] ?? null;
    watched.askedUntil = this.#parts.now() + answerWithin;
    return true;
  }

  #quietAt(watched: Watched): number {
    return Math.max(watched.firm, watched.lastPaid) + turnTime(this.#parts.moments(watched.row.task));
  }

  #told(root: string): void {
    this.#parts.changed(root);
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const due = [...this.#watched.values()].flatMap((watched) => {
      if (watched.row.asked !== null) return [watched.askedUntil];
      return watched.row.state === 'stopped' ? [] : [this.#quietAt(watched)];
    });
    if (due.length === 0) return;
    this.#timer = setTimeout(() => this.look(), Math.max(1, Math.min(...due) - this.#parts.now()));
    this.#timer.unref();
  }
}

/** How long an agent's turn takes (ms): the longest pause between its last requests that was not the user's. */
export function turnTime(moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  const pauses = sorted.slice(1).map((at, i) => at - (sorted[i] ?? at));
  const own = pauses.filter((each) => each > 0 && each < pause);
  if (own.length === 0) return turn.usual;
  return Math.min(Math.max(...own, turn.least), turn.most);
}

/** What a window can do about an agent, the gentlest first. */
function waysOf(agent: string): readonly WindowWay[] {
  switch (agent) {
    // These live in the editor alone.
    case 'roo-code':
    case 'zoo-code':
      return ['cancel'];
    case 'kilo':
    case 'cline':
    case 'copilot':
      return ['cancel', 'interrupt'];
    case 'claude-code':
    case 'codex':
    case 'opencode':
    case 'gemini-cli':
    case 'qwen-code':
      return ['interrupt'];
    default:
      return [];
  }
}

function agentOf(task: string): string {
  return task.slice(0, Math.max(0, task.indexOf(':')));
}
