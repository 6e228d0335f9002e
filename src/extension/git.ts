import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { type LogEntry, pastOf, type Switch } from './gitLogs.ts';

/** A commit as far as it is shown. */
export interface GitCommit {
  readonly kind: 'commit';
  readonly hash: string;
  /** When it was made, s since the epoch. */
  readonly at: number;
  readonly subject: string;
  /** The branch it was made on, empty where none was checked out; undefined where git no longer tells. */
  readonly branch: string | undefined;
  readonly fate: 'kept' | 'elsewhere' | 'reverted';
}

export interface History {
  /** When the newest of the commits before these was made, s since the epoch; undefined when there is none. */
  readonly since: number | undefined;
  /** The branch that was checked out at the beginning. */
  readonly branch: string;
  /** Oldest first. */
  readonly happenings: readonly (Switch | GitCommit)[];
}

export type GitTrouble = 'noGit' | 'noHistory' | 'slow';

/** git answers in milliseconds; a repository on a bad disk must not hold anything up (ms). */
const patience = 5_000;
const most = 64 * 1024 * 1024;

/** Only to read: no prompt, no lock, no fetching of what is missing, no program that a repository's configuration names. */
const quiet = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C',
};
const harmless = ['-c', 'core.fsmonitor=false', '-c', 'log.showSignature=false', '-c', 'protocol.allow=never', '--no-pager'];

/**
 * What happened in a folder: its switches of branch, and the commits of its local branches that were made in this clone. From a
 * moment (ms) on or from where git's own logs begin, whichever is earlier, so that what comes of it does not depend on the
 * moment. What is wrong where there is nothing to be had.
 */
export async function historyOf(
  folder: string,
  from: number,
  options: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly git?: string },
): Promise<History | GitTrouble> {
  const git = (...args: readonly string[]): Promise<string> =>
    run(options.git ?? 'git', ['-C', folder, ...harmless, ...args], options);
  try {
    const head = (await git('rev-parse', '--abbrev-ref', 'HEAD')).trim();
    const logs = await git('log', '-g', 'HEAD', '--branches', '--date=unix', '--format=%gD%x1f%H%x1f%ct%x1f%at%x1f%gs%x1e');
    const entries = recordsOf(logs).flatMap(entryOf);
    const past = pastOf(entries, head === 'HEAD' ? '' : head);
    const logged = entries.reduce(
      (least, { ref, at }) => (ref === 'HEAD' ? Math.min(least, at) : least),
      Number.MAX_SAFE_INTEGER,
    );
    const first = Math.min(Math.floor(from / 1_000), logged);
    const span = `--since=${iso(first)}`;
    const [all, older, kept, reverts] = await Promise.all([
      git('log', '--branches', span, '--format=%H%x1f%ct%x1f%s%x1e'),
      git('log', '--branches', `--until=${iso(first - 1)}`, '--max-count=1', '--format=%ct'),
      git('rev-list', 'HEAD', span),
      git('log', '--branches', span, '--fixed-strings', '--grep=This reverts commit', '--format=%b%x1e'),
    ]);
    const inHead = new Set(kept.split('\n'));
    const reverted = [...reverts.matchAll(/This reverts commit ([0-9a-f]{7,40})/g)].flatMap(([, hash]) => (hash ? [hash] : []));
    const subjects = new Map(recordsOf(all).map(([hash = '', , subject = '']) => [hash, subject]));
    const commit = (hash: string, at: number, branch: string | undefined): GitCommit => ({
      kind: 'commit',
      hash,
      at,
      subject: subjects.get(hash) ?? '',
      branch,
      fate: reverted.some((each) => hash.startsWith(each)) ? 'reverted' : inHead.has(hash) ? 'kept' : 'elsewhere',
    });
    const made = new Set(past.happenings.flatMap((one) => (one.kind === 'commit' ? [one.hash] : [])));
    // Newer ones that are in no log of this clone were made in another one.
    const unlogged = recordsOf(all)
      .reverse()
      .filter(([hash = '', seconds]) => !made.has(hash) && Number(seconds) < logged)
      .map(([hash = '', seconds]) => commit(hash, Number(seconds), undefined));
    const happenings = past.happenings
      // What an amendment or a rebase replaced is on no branch any more: the commit in its place takes its share.
      .filter((one) => one.kind === 'switch' || subjects.has(one.hash))
      .map((one) => (one.kind === 'switch' ? one : commit(one.hash, one.at, one.branch)));
    return {
      since: older.trim() ? Number(older) : undefined,
      branch: past.branch,
      happenings: [...unlogged, ...happenings].sort((a, b) => a.at - b.at),
    };
  } catch (error) {
    return troubleOf(error);
  }
}

function recordsOf(text: string): string[][] {
  return text
    .split('\x1e')
    .map((record) => record.trim())
    .filter(Boolean)
    .map((record) => record.split('\x1f'));
}

function entryOf([name = '', hash = '', committed, authored, why = '']: readonly string[]): LogEntry[] {
  const found = /^(?:refs\/heads\/)?(.+)@\{(\d+)\}$/.exec(name);
  const [, ref = '', at] = found ?? [];
  return found ? [{ ref, hash, at: Number(at), committed: Number(committed), authored: Number(authored), why }] : [];
}

function iso(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

function run(
  git: string,
  args: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    // Never in the folder itself: on Windows a program that lies there would be taken for git.
    execFile(
      git,
      [...args],
      {
        cwd: homedir(),
        env: { ...env, ...quiet },
        timeout: patience,
        maxBuffer: most,
        windowsHide: true,
        signal,
        encoding: 'utf8',
      },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    );
  });
}

function troubleOf(error: unknown): GitTrouble {
  const { code, killed, name } = error as { readonly code?: unknown; readonly killed?: boolean; readonly name?: string };
  if (code === 'ENOENT') return 'noGit';
  return killed || name === 'AbortError' ? 'slow' : 'noHistory';
}
