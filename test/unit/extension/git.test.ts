import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type History, historyOf } from '../../../src/extension/git.ts';
import { momentsOf } from '../../../src/extension/moments.ts';
import { commitsIn, hour, Repositories, start } from './repositories.ts';

describe('the history of a folder', function () {
  this.timeout(20_000);
  let repositories: Repositories;
  let temp = '';

  const read = (folder: string, from = start, git?: string) =>
    historyOf(folder, from, {
      env: { ...process.env, HOME: temp },
      signal: AbortSignal.timeout(10_000),
      ...(git ? { git } : {}),
    });

  before(function () {
    Repositories.skipWithout(this);
    repositories = new Repositories();
    temp = repositories.temp;
  });

  after(() => repositories?.remove());

  it('is its commits with their branch, what was reverted, and what is on another branch', async () => {
    const { folder, git, commit, later } = repositories.make();
    const first = commit('first');
    const bad = commit('bad "idea" | with\ttabs');
    git('checkout', '-q', '-b', 'feature');
    const other = commit('elsewhere');
    git('checkout', '-q', 'main');
    later();
    git('revert', '--no-edit', bad);
    const history = (await read(folder)) as History;
    assert.equal(history.branch, 'main');
    assert.deepEqual(
      commitsIn(history).map(({ hash, branch, fate, at }) => [hash, branch, fate, (at * 1_000 - start) / hour]),
      [
        [first, 'main', 'kept', 1],
        [bad, 'main', 'reverted', 2],
        [other, 'feature', 'elsewhere', 3],
        [git('rev-parse', 'HEAD'), 'main', 'kept', 4],
      ],
    );
    assert.equal(commitsIn(history)[1]?.subject, 'bad "idea" | with\ttabs');
  });

  it('begins where git’s own logs do, whatever is asked about, and else with the moment', async () => {
    const { folder, git, commit } = repositories.make();
    const one = commit('one');
    const two = commit('two');
    const made = async (from: number) => {
      const history = (await read(folder, from)) as History;
      return { since: history.since, commits: commitsIn(history).map(({ hash, branch }) => [hash, branch]) };
    };
    const all = {
      since: undefined,
      commits: [
        [one, 'main'],
        [two, 'main'],
      ],
    };
    assert.deepEqual(await made(start), all);
    assert.deepEqual(await made(start + 9 * hour), all);
    git('reflog', 'expire', '--expire=now', '--all');
    assert.deepEqual(await made(start), {
      since: undefined,
      commits: [
        [one, undefined],
        [two, undefined],
      ],
    });
    assert.deepEqual(await made(start + 1.5 * hour), { since: start / 1_000 + 3_600, commits: [[two, undefined]] });
  });

  it('names the branch on which a commit was made, whatever became of it', async () => {
    const { folder, git, commit, later } = repositories.make();
    commit('base');
    git('checkout', '-q', '-b', 'feature');
    commit('feature');
    git('checkout', '-q', 'main');
    later();
    git('merge', '-q', '--no-ff', '-m', 'merge', 'feature');
    git('branch', '-D', 'feature');
    git('branch', '-m', 'main', 'trunk');
    commit('trunk');
    git('checkout', '-q', '--detach');
    commit('lost');
    git('checkout', '-q', '-b', 'found');
    git('worktree', 'add', '-q', join(folder, 'tree'), '-b', 'beside');
    later();
    git('-C', 'tree', 'commit', '-q', '--allow-empty', '-m', 'beside');
    const history = (await read(folder)) as History;
    assert.deepEqual(
      commitsIn(history).map(({ subject, branch }) => [subject, branch]),
      [
        ['base', 'main'],
        ['feature', 'feature'],
        ['merge', 'main'],
        ['trunk', 'trunk'],
        ['lost', ''],
        ['beside', 'beside'],
      ],
    );
  });

  it('has what this clone made and not what it fetched; what a rebase moved keeps its time, what was amended does not', async () => {
    const theirs = repositories.make();
    theirs.commit('before the clone');
    theirs.later(10);
    const folder = join(temp, 'clone');
    theirs.git('clone', '-q', theirs.folder, folder);
    const own = (...args: string[]) => theirs.git('-C', folder, ...args);
    const commit = (message: string) => {
      theirs.later();
      own('commit', '-q', '--allow-empty', '-m', message);
    };
    commit('mine');
    theirs.commit('theirs');
    theirs.later();
    own('pull', '-q', '--rebase');
    commit('draft');
    theirs.later();
    own('commit', '-q', '--amend', '--allow-empty', '-m', 'final', '--date', new Date(start).toISOString());
    const history = (await read(folder)) as History;
    assert.deepEqual(
      commitsIn(history).map(({ subject, branch, at }) => [subject, branch, (at * 1_000 - start) / hour]),
      [
        ['before the clone', undefined, 1],
        ['mine', 'main', 12],
        ['final', 'main', 16],
      ],
    );
  });

  it('changes nothing and runs nothing that the repository names', async function () {
    if (process.platform === 'win32') this.skip();
    const { folder, git, commit } = repositories.make();
    commit('one');
    const trap = join(temp, 'trap');
    const script = join(temp, 'trap.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${trap}\n`);
    chmodSync(script, 0o755);
    for (const key of ['core.fsmonitor', 'core.pager', 'gpg.program', 'core.sshCommand', 'core.editor'])
      git('config', key, script);
    git('config', 'log.showSignature', 'true');
    const history = (await read(folder)) as History;
    assert.equal(commitsIn(history).length, 1);
    assert.throws(() => execFileSync('ls', [trap], { stdio: 'ignore' }), 'the trap was not sprung');
  });

  it('is a reason where there is none: no repository, no commit, no git', async () => {
    const empty = join(temp, 'empty');
    mkdirSync(empty);
    assert.equal(await read(empty), 'noHistory');
    assert.equal(await read(repositories.make().folder), 'noHistory');
    assert.equal(await read(empty, start, join(temp, 'no-such-git')), 'noGit');
    assert.equal(await historyOf(empty, start, { env: process.env, signal: AbortSignal.abort() }), 'slow');
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
