import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import type { GitCommit, History } from '../../../src/extension/git.ts';

export const start = Date.UTC(2026, 2, 1);
export const hour = 3_600_000;

/** A repository whose clock moves an hour per commit. */
export interface Repository {
  readonly folder: string;
  git(...args: string[]): string;
  /** Makes a commit an hour later; its hash. */
  commit(message: string): string;
  later(hours?: number): number;
}

/** Repositories of their own for the tests of one suite. */
export class Repositories {
  readonly temp = mkdtempSync(join(tmpdir(), 'spend-meter-git-'));
  #count = 0;

  /** Without git a suite says so. */
  static skipWithout(suite: Context): void {
    try {
      execFileSync('git', ['--version'], { stdio: 'ignore' });
    } catch {
      console.warn('      SKIPPED: there is no git on this machine');
      suite.skip();
    }
  }

  make(folder = join(this.temp, `r${++this.#count}`)): Repository {
    mkdirSync(folder);
    let at = start;
    const git = (...args: string[]): string => {
      const date = new Date(at).toISOString();
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: this.temp,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      };
      return execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
    };
    const later = (hours = 1): number => (at += hours * hour);
    git('init', '-q', '-b', 'main');
    const commit = (message: string): string => {
      later();
      writeFileSync(join(folder, `${at}.txt`), message);
      git('add', '-A');
      git('commit', '-q', '-m', message);
      return git('rev-parse', 'HEAD');
    };
    return { folder, git, commit, later };
  }

  remove(): void {
    rmSync(this.temp, { recursive: true, force: true });
  }
}

export function commitsIn({ happenings }: History): GitCommit[] {
  return happenings.filter((happening) => happening.kind === 'commit');
}
