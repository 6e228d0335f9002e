import { execFile } from 'node:child_process';
import { homedir } from 'node:os';

/** A commit as far as it is shown. `at`: committer time, ms since the epoch. */
export interface GitCommit {
  readonly hash: string;
  readonly at: number;
  readonly subject: string;
  /** The checked-out branch where it is in it, else a branch it is on. */
  readonly branch: string;
  readonly fate: 'kept' | 'elsewhere' | 'reverted';
}

export interface History {
  /** The branch that is checked out; empty when none is. */
  readonly head: string;
  /** Oldest first. */
  readonly commits: readonly GitCommit[];
}

export type GitTrouble = 'noGit' | 'noHistory' | 'slow';

/** git answers in milliseconds; a repository on a bad disk must not hold anything up (ms). */
const patience = 5_000;
const mostCommits = 200;
const most = 8 * 1024 * 1024;

/** Only to read: no prompt, no lock, no fetching of what is missing, no program that a repository's configuration names. */
const quiet = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C',
};
const harmless = ['-c', 'core.fsmonitor=false', '-c', 'log.showSignature=false', '-c', 'protocol.allow=never', '--no-pager'];

/** The commits of a folder's local branches between two moments (ms); what is wrong where there are none to be had. */
export async function historyOf(
  folder: string,
  from: number,
  to: number,
  options: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly git?: string },
): Promise<History | GitTrouble> {
  const span = [`--since=${iso(from)}`, `--until=${iso(to)}`, `--max-count=${mostCommits}`];
  const git = (...args: readonly string[]): Promise<string> =>
    run(options.git ?? 'git', ['-C', folder, ...harmless, ...args], options);
  try {
    const head = (await git('rev-parse', '--abbrev-ref', 'HEAD')).trim();
    const [all, kept, reverts] = await Promise.all([
      git('log', '--branches', '--source', ...span, '--format=%H%x1f%ct%x1f%S%x1f%s%x1e'),
      git('rev-list', 'HEAD', ...span),
      git('log', '--branches', ...span, '--fixed-strings', '--grep=This reverts commit', '--format=%b%x1e'),
    ]);
    const own = head === 'HEAD' ? '' : head;
    const inHead = new Set(kept.split('\n').filter(Boolean));
    const reverted = [...reverts.matchAll(/This reverts commit ([0-9a-f]{7,40})/g)].flatMap(([, hash]) => (hash ? [hash] : []));
    const commits = all
      .split('\x1e')
      .map((record) => record.trim().split('\x1f'))
      .flatMap(([hash = '', seconds = '', ref = '', subject = '']): GitCommit[] => {
        if (!/^[0-9a-f]{40,64}$/.test(hash)) return [];
        const isIn = inHead.has(hash);
        const fate = reverted.some((each) => hash.startsWith(each)) ? 'reverted' : isIn ? 'kept' : 'elsewhere';
        return [{ hash, at: Number(seconds) * 1_000, subject, branch: isIn ? own : ref.replace(/^refs\/heads\//, ''), fate }];
      })
      .sort((a, b) => a.at - b.at);
    return { head: own, commits };
  } catch (error) {
    return troubleOf(error);
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
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
