import type { Stats } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { Agent, Places, SessionFormat } from '../agents/agent.ts';
import type { AgentId } from '../core/request.ts';
import { discover, statOf } from './discover.ts';
import type { SkipLog } from './skipLog.ts';

/** A file that holds usage of an agent. */
export interface FoundSource {
  readonly agent: AgentId;
  readonly path: string;
  readonly format: SessionFormat;
  readonly stats: Stats;
  readonly bytes: number;
  /** Milliseconds since the epoch of its latest change, its write-ahead log's too. */
  readonly changedAt: number;
}

export interface FoundSources {
  /** Newest first. */
  readonly sources: readonly FoundSource[];
  /** Every folder in which a source is or may come to be; the ones that are not there included. */
  readonly folders: readonly string[];
}

/** Looks at every place where the agents that are on keep their sessions. */
export function findSources(agents: readonly Agent[], off: ReadonlySet<AgentId>, places: Places, skips: SkipLog): FoundSources {
  const sources: FoundSource[] = [];
  const folders = new Set<string>();
  for (const agent of agents) {
    if (off.has(agent.id)) continue;
    for (const format of agent.sessions ?? []) {
      if (format.kind === 'database') {
        for (const path of format.paths(places)) {
          folders.add(dirname(path));
          const found = databaseSource(agent.id, format, path);
          if (found) sources.push(found);
        }
        continue;
      }
      for (const root of format.roots(places)) {
        const found = discover(root, format.matches, skips, entersOf(format));
        folders.add(root);
        for (const folder of found.folders) folders.add(folder);
        for (const { path, stats } of found.files) sources.push(fileSource(agent.id, format, path, stats));
      }
    }
  }
  sources.sort((a, b) => b.changedAt - a.changedAt);
  return { sources, folders: [...folders] };
}

/** What a path is that something happened to (a database's own folder, when it has just come, stands for it); `undefined` when it is nobody's session. */
export function sourceAt(
  path: string,
  agents: readonly Agent[],
  off: ReadonlySet<AgentId>,
  places: Places,
): FoundSource | undefined {
  for (const agent of agents) {
    if (off.has(agent.id)) continue;
    for (const format of agent.sessions ?? []) {
      if (format.kind === 'database') {
        const owner = format.paths(places).find((database) => [database, `${database}-wal`, dirname(database)].includes(path));
        if (owner) return databaseSource(agent.id, format, owner);
        continue;
      }
      if (!format.matches(path) || !format.roots(places).some((root) => path.startsWith(root + sep))) continue;
      const stats = statOf(path);
      return stats?.isFile() ? fileSource(agent.id, format, path, stats) : undefined;
    }
  }
  return undefined;
}

/** Whether a folder is one that sessions are looked for in. */
export function isBelowRoots(folder: string, agents: readonly Agent[], off: ReadonlySet<AgentId>, places: Places): boolean {
  return agents.some(
    (agent) =>
      !off.has(agent.id) &&
      agent.sessions?.some(
        (format) =>
          format.kind !== 'database' &&
          format
            .roots(places)
            .some((root) => folder === root || (folder.startsWith(root + sep) && entersAll(folder, root, entersOf(format)))),
      ),
  );
}

function entersOf(format: SessionFormat): (folder: string) => boolean {
  return (format.kind !== 'database' && format.enters) || (() => true);
}

/** A folder is reached when every one on the way to it is entered. */
function entersAll(folder: string, root: string, enters: (folder: string) => boolean): boolean {
  for (let at = folder; at.length > root.length; at = dirname(at)) if (!enters(at)) return false;
  return true;
}

function fileSource(agent: AgentId, format: SessionFormat, path: string, stats: Stats): FoundSource {
  return { agent, path, format, stats, bytes: stats.size, changedAt: stats.mtimeMs };
}

function databaseSource(agent: AgentId, format: SessionFormat, path: string): FoundSource | undefined {
  const stats = statOf(path);
  if (!stats?.isFile()) return undefined;
  const log = statOf(`${path}-wal`);
  return { agent, path, format, stats, bytes: stats.size, changedAt: Math.max(stats.mtimeMs, log?.mtimeMs ?? 0) };
}
