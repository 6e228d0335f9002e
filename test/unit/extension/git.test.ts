import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, historyOf } from '../../../src/extension/git.ts';
import { momentsOf } from '../../../src/extension/moments.ts';

const start = Date.UTC(2026, 2, 1);
const hour = 3_600_000;

describe('the history of a folder', function () {
  this.timeout(20_000);
  let temp = '';
  let count = 0;

  /** A repository of its own, with a clock that moves an hour per commit. */
  function repository() {
    const folder = join(temp, `r${++count}`);
    mkdirSync(folder);
    let at = start;
    const git = (...args: string[]): string => {
      const date = new Date(at).toISOString();
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: temp,
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
    git('init', '-q', '-b', 'main');
    const commit = (message: string): string => {
      at += hour;
      writeFileSync(join(folder, `${at}.txt`), message);
      git('add', '-A');
      git('commit', '-q', '-m', message);
      return git('rev-parse', 'HEAD');
    };
    return { folder, git, commit, later: () => (at += hour) };
  }

  const read = (folder: string, from = start, to = start + 1_000 * hour, git?: string) =>
    historyOf(folder, from, to, {
      env: { ...process.env, HOME: temp },
      signal: AbortSignal.timeout(10_000),
      ...(git ? { git } : {}),
    });

  before(function () {
    temp = mkdtempSync(join(tmpdir(), 'spend-meter-git-'));
    try {
      execFileSync('git', ['--version'], { stdio: 'ignore' });
    } catch {
      console.warn('      SKIPPED: there is no git on this machine');
      this.skip();
    }
  });

  after(() => rmSync(temp, { recursive: true, force: true }));

  it('is its commits with their branch, what was reverted, and what is on another branch', async () => {
    const { folder, git, commit, later } = repository();
    const first = commit('first');
    const bad = commit('bad "idea" | with\ttabs');
    git('checkout', '-q', '-b', 'feature');
    const other = commit('elsewhere');
    git('checkout', '-q', 'main');
    later();
    git('revert', '--no-edit', bad);
    const history = (await read(folder)) as History;
    assert.equal(history.head, 'main');
    assert.deepEqual(
      history.commits.map(({ hash, branch, fate, at }) => [hash, branch, fate, (at - start) / hour]),
      [
        [first, 'main', 'kept', 1],
        [bad, 'main', 'reverted', 2],
        [other, 'feature', 'elsewhere', 3],
        [git('rev-parse', 'HEAD'), 'main', 'kept', 4],
      ],
    );
    assert.equal(history.commits[1]?.subject, 'bad "idea" | with\ttabs');
  });

  it('is that of the time that is asked about', async () => {
    const { folder, commit } = repository();
    commit('one');
    const two = commit('two');
    commit('three');
    const history = (await read(folder, start + 1.5 * hour, start + 2.5 * hour)) as History;
    assert.deepEqual(
      history.commits.map(({ hash }) => hash),
      [two],
    );
  });

  it('changes nothing and runs nothing that the repository names', async function () {
    if (process.platform === 'win32') this.skip();
    const { folder, git, commit } = repository();
    commit('one');
    const trap = join(temp, 'trap');
    const script = join(temp, 'trap.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${trap}\n`);
    chmodSync(script, 0o755);
    for (const key of ['core.fsmonitor', 'core.pager', 'gpg.program', 'core.sshCommand', 'core.editor'])
      git('config', key, script);
    git('config', 'log.showSignature', 'true');
    const history = (await read(folder)) as History;
    assert.equal(history.commits.length, 1);
    assert.throws(() => execFileSync('ls', [trap], { stdio: 'ignore' }), 'the trap was not sprung');
  });

  it('is a reason where there is none: no repository, no commit, no git', async () => {
    const empty = join(temp, 'empty');
    mkdirSync(empty);
    assert.equal(await read(empty), 'noHistory');
    assert.equal(await read(repository().folder), 'noHistory');
    assert.equal(await read(empty, start, start, join(temp, 'no-such-git')), 'noGit');
    assert.equal(await historyOf(empty, start, start, { env: process.env, signal: AbortSignal.abort() }), 'slow');
  });
});

describe('the moments of a query', () => {
  const now = new Date(2026, 2, 12, 14, 30).getTime();
  const at = (month: number, day: number) => new Date(2026, month - 1, day).getTime();

  it('are whole days of this machine up to now', () => {
    assert.deepEqual(momentsOf({ range: 'today' }, now), { from: at(3, 12), to: now });
    assert.deepEqual(momentsOf({ range: '7d' }, now), { from: at(3, 6), to: now });
    assert.deepEqual(momentsOf({ range: '30d' }, now), { from: at(2, 11), to: now });
    assert.deepEqual(momentsOf({ range: 'month' }, now), { from: at(3, 1), to: now });
    assert.deepEqual(momentsOf({ range: 'custom', from: '2026-03-01', to: '2026-03-02' }, now), { from: at(3, 1), to: at(3, 3) });
    assert.equal(momentsOf({ range: 'custom', from: '2026-03-01', to: '2026-12-31' }, now).to, now);
  });
});
