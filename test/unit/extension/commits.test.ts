import assert from 'node:assert/strict';
import { join } from 'node:path';
import { commitsOf } from '../../../src/extension/commits.ts';
import { type History, historyOf } from '../../../src/extension/git.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { Query } from '../../../src/protocol/query.ts';
import type { SlicesRequest } from '../../../src/protocol/views.ts';
import { selectionOf } from '../../../src/service/selection.ts';
import { openLedger, sighting } from '../ledger/fixtures.ts';
import { hour, Repositories, type Repository, start } from './repositories.ts';

describe('the cost of a commit', function () {
  this.timeout(20_000);
  let repositories: Repositories;

  before(function () {
    Repositories.skipWithout(this);
    repositories = new Repositories();
  });

  after(() => repositories?.remove());

  /** A repository and a ledger of what was spent in it. */
  function place() {
    const repository = repositories.make();
    const ledger = openLedger();
    const spend = (usd: string, branch = '', more: Parameters<typeof sighting>[0] = {}): void => {
      // Between the commit before and the one that comes an hour later.
      const at = repository.later(0) + hour / 2;
      ledger.observe([sighting({ at, workspace: repository.folder, branch, reportedUsd: usd, ...more })]);
    };
    return { ...repository, ledger, spend };
  }

  async function costs(
    { folder }: Repository,
    ledger: Ledger,
    query: Partial<Query> = {},
    [from, to] = [start, start + 1_000 * hour],
  ): Promise<Record<string, string>> {
    const env = { ...process.env, HOME: repositories.temp };
    const history = (await historyOf(folder, from, { env, signal: AbortSignal.timeout(10_000) })) as History;
    const slices = async ({ query: asked, workspace, edges }: SlicesRequest) => ({
      slices: ledger.views.slices(selectionOf(asked), workspace, edges),
    });
    const commits = await commitsOf({ slices }, { range: '7d', ...query }, folder, history, { from, to });
    return Object.fromEntries(commits.map(({ subject, cost }) => [subject, cost.meteredUsd]));
  }

  it('stays what it was when its branch is merged, left or deleted', async () => {
    const { ledger, spend, git, commit, later, ...rest } = place();
    const repository = { ...rest, git, commit, later };
    spend('0.5', 'main');
    commit('base');
    git('checkout', '-q', '-b', 'feature');
    spend('1', 'feature');
    commit('one');
    spend('2', 'feature');
    commit('two');
    const before = { base: '0.5', one: '1', two: '2' };
    assert.deepEqual(await costs(repository, ledger), before);
    git('checkout', '-q', 'main');
    assert.deepEqual(await costs(repository, ledger), before);
    git('merge', '-q', '--ff-only', 'feature');
    assert.deepEqual(await costs(repository, ledger), before);
    git('reset', '-q', '--hard', 'HEAD~2');
    later();
    git('merge', '-q', '--no-ff', '-m', 'merge', 'feature');
    git('branch', '-D', 'feature');
    assert.deepEqual(await costs(repository, ledger), { ...before, merge: '0' });
    git('checkout', '-q', '-b', 'next');
    assert.deepEqual(await costs(repository, ledger), { ...before, merge: '0' });
    assert.deepEqual(await costs(repository, ledger, { branch: 'feature' }), { one: '1', two: '2' });
  });

  it('has what was spent on its branch while another one was worked on, and what no branch is told of by what was checked out', async () => {
    const { ledger, spend, git, commit, ...rest } = place();
    const repository = { ...rest, git, commit };
    commit('base');
    git('checkout', '-q', '-b', 'feature');
    commit('begun');
    spend('1', 'feature');
    spend('0.25');
    rest.later();
    git('checkout', '-q', 'main');
    spend('4', 'main');
    spend('0.5');
    commit('hotfix');
    rest.later();
    git('checkout', '-q', 'feature');
    commit('finished');
    assert.deepEqual(await costs(repository, ledger), { base: '0', begun: '0', hotfix: '4.5', finished: '1.25' });
  });

  it('has the work in progress that a new branch took along', async () => {
    const { ledger, spend, git, commit, later, ...rest } = place();
    const repository = { ...rest, git, commit, later };
    commit('base');
    spend('3', 'main');
    later();
    git('checkout', '-q', '-b', 'feature');
    commit('on a branch of its own');
    later();
    git('checkout', '-q', 'main');
    commit('next on main');
    assert.deepEqual(await costs(repository, ledger), { base: '0', 'on a branch of its own': '3', 'next on main': '0' });
  });

  it('does not depend on the time that is looked at, nor on what is not shown', async () => {
    const { ledger, spend, git, commit, ...rest } = place();
    const repository = { ...rest, git, commit };
    spend('1');
    commit('one');
    spend('2');
    commit('two');
    spend('4');
    commit('three');
    const all = { one: '1', two: '2', three: '4' };
    const between = (from: number, to: number) => costs(repository, ledger, {}, [start + from * hour, start + to * hour]);
    for (const logged of [true, false]) {
      if (!logged) git('reflog', 'expire', '--expire=now', '--all');
      assert.deepEqual(await between(0, 4), all);
      assert.deepEqual(await between(1.75, 2.5), { two: '2' });
      assert.deepEqual(await between(2.75, 4), { three: '4' });
    }
  });

  it('counts no dollar twice where git no longer tells the branch', async () => {
    const { ledger, spend, git, commit, ...rest } = place();
    const repository = { ...rest, git, commit };
    commit('base');
    git('checkout', '-q', '-b', 'feature');
    spend('1', 'feature');
    spend('2', 'main');
    spend('4');
    commit('one');
    git('checkout', '-q', 'main');
    spend('8', 'feature');
    commit('two');
    git('reflog', 'expire', '--expire=now', '--all');
    assert.deepEqual(await costs(repository, ledger), { base: '0', one: '7', two: '8' });
  });

  it('has what was spent in the very second of the commit, which led to it', async () => {
    const { ledger, spend, commit, ...rest } = place();
    spend('1', '', { at: start + hour + 999 });
    commit('one');
    assert.deepEqual(await costs({ ...rest, commit }, ledger), { one: '1' });
  });

  it('is what the filters and the task leave, of the folder and what lies below it', async () => {
    const { ledger, spend, commit, ...rest } = place();
    const repository = { ...rest, commit };
    spend('1', 'main');
    spend('2', 'main', { agent: 'kilo', task: 'kilo:k', workspace: join(rest.folder, 'below') });
    spend('4', 'main', { sample: true, agent: 'sample', task: 'sample:s' });
    spend('8', 'main', { workspace: `${rest.folder}-beside` });
    commit('one');
    assert.deepEqual(await costs(repository, ledger), { one: '3' });
    assert.deepEqual(await costs(repository, ledger, { agent: 'kilo' }), { one: '2' });
    assert.deepEqual(await costs(repository, ledger, { agent: 'cline' }), { one: '0' });
    assert.deepEqual(await costs(repository, ledger, { range: 'task', task: 'codex:t' }), { one: '1' });
    assert.deepEqual(await costs(repository, ledger, { branch: 'feature' }), {});
  });

  it('is asked for in parts where a lot has happened', async () => {
    const { ledger, spend, git, commit, ...rest } = place();
    const repository = { ...rest, git, commit };
    commit('base');
    git('checkout', '-q', '-b', 'feature');
    spend('1', 'feature');
    const log = join(repository.folder, '.git', 'logs', 'HEAD');
    const { readFileSync, appendFileSync } = await import('node:fs');
    const [last = ''] = readFileSync(log, 'utf8').trim().split('\n').slice(-1);
    for (let i = 0; i < 300; i++)
      for (const [a, b] of [
        ['feature', 'main'],
        ['main', 'feature'],
      ]) {
        appendFileSync(log, `${last.split('\t')[0]}\tcheckout: moving from ${a} to ${b}\n`);
      }
    commit('one');
    spend('2', 'feature');
    commit('two');
    assert.deepEqual(await costs(repository, ledger), { base: '0', one: '1', two: '2' });
  });
});
