import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Query } from '../protocol/query.ts';
import type { Commit, Worth } from '../protocol/views.ts';
import type { ServiceApi } from './client/api.ts';
import { type History, historyOf } from './git.ts';
import { momentsOf } from './moments.ts';

/** Folders of a window that git is asked about. */
const mostFolders = 5;

/** What was spent in the folders of this window before each commit, and on each branch. */
export async function worthOf(api: ServiceApi, query: Query): Promise<Worth> {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath)
    .filter((path) => query.workspace === undefined || query.workspace === path || query.workspace.startsWith(path + sep))
    .slice(0, mostFolders);
  const silent: Worth['silent'] = [];
  const commits: Worth['commits'] = [];
  const branches: Worth['branches'] = [];
  for (const workspace of folders) {
    // A repository's own configuration can name programs to run.
    if (!vscode.workspace.isTrusted) {
      silent.push({ workspace, why: 'untrusted' });
      continue;
    }
    const { from, to } = momentsOf(query, Date.now());
    const history = await historyOf(workspace, from, to, { env: process.env, signal: AbortSignal.timeout(15_000) });
    if (typeof history === 'string') {
      silent.push({ workspace, why: history });
      continue;
    }
    commits.push(...(await costsOf(api, workspace, history, from)));
    const { byBranch } = await api.where({ ...query, workspace });
    for (const { key, total } of byBranch) {
      branches.push({ workspace, branch: key, total, commits: history.commits.filter(({ branch }) => branch === key).length });
    }
  }
  return { query, silent, commits: commits.sort((a, b) => b.at - a.at), branches };
}

/** Branch by branch, the time between a commit and the one before it; what no branch is told of belongs to the one checked out. */
async function costsOf(api: ServiceApi, workspace: string, { head, commits }: History, from: number): Promise<Commit[]> {
  const names = [...new Set(commits.map(({ branch }) => branch))];
  const costs = await Promise.all(
    names.map(async (branch) => {
      const own = commits.filter((commit) => commit.branch === branch);
      const edges = [Math.min(from, (own[0]?.at ?? from) - 1), ...own.map(({ at }) => at)];
      const { slices } = await api.slices({ workspace, edges, untold: branch === head, ...(branch ? { branch } : {}) });
      return own.flatMap((commit, i): Commit[] => {
        const cost = slices[i];
        return cost ? [{ ...commit, workspace, cost }] : [];
      });
    }),
  );
  return costs.flat();
}
