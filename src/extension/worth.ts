import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Query } from '../protocol/query.ts';
import type { Worth } from '../protocol/views.ts';
import type { ServiceApi } from './client/api.ts';
import { commitsOf } from './commits.ts';
import { historyOf } from './git.ts';
import { momentsOf } from './moments.ts';

/** Folders of a window that git is asked about. */
const mostFolders = 5;
/** Commits of a folder that are listed: the newest. */
const mostCommits = 200;

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
    const history = await historyOf(workspace, from, { env: process.env, signal: AbortSignal.timeout(15_000) });
    if (typeof history === 'string') {
      silent.push({ workspace, why: history });
      continue;
    }
    const own = await commitsOf(api, query, workspace, history, { from, to });
    const { byBranch } = await api.where({ ...query, workspace: query.workspace ?? workspace });
    commits.push(...own.slice(-mostCommits));
    for (const { key, total } of byBranch) {
      branches.push({ workspace, branch: key, total, commits: own.filter(({ branch }) => branch === key).length });
    }
  }
  return { query, silent, commits: commits.sort((a, b) => b.at - a.at), branches };
}
