import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type * as Sqlite from 'node:sqlite';
import type { Places } from '../agents/agent.ts';
import { stopDoorFile } from '../hooks/ask.ts';
import type { Assets } from './assets.ts';
import { publishDiscovery } from './discovery.ts';
import { elect } from './election.ts';
import { Lifecycle } from './lifecycle.ts';
import { openLog } from './log.ts';
import { writePrivateFile } from './privateFile.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { Service } from './service.ts';
import { openStateFiles } from './stateFiles.ts';
import { version } from './version.ts';

export interface HostingOptions {
  readonly sqlite: typeof Sqlite;
  readonly folder: string;
  readonly assets: Assets;
  readonly places: Places;
  readonly port?: number;
  readonly upstreams?: Readonly<Record<string, string>>;
  /** When it goes away by itself; absent = only when it is told to. */
  readonly lifecycle?: {
    readonly parent: NodeJS.ReadableStream | undefined;
    readonly exitWithPid: number | undefined;
    readonly idleMs: number | undefined;
  };
  readonly samplePace?: number;
}

export interface Hosted {
  readonly service: Service;
  readonly secrets: Secrets;
  /** Ends it: answers on their way get a few seconds, the ledger is closed, discovery and lock are given up. */
  end(reason: string): void;
  /** Settles when it has ended, with the reason. */
  readonly ended: Promise<string>;
}

/**
 * Runs the one service of a state folder in this process. Answers `undefined` when another process runs it.
 * Throws what `Service.start` throws.
 */
export async function host(options: HostingOptions): Promise<Hosted | undefined> {
  const files = openStateFiles(options.folder);
  const lock = elect(options.sqlite, files.lock);
  if (!lock) return undefined;
  const log = openLog(files.log, Date.now);
  const secrets = loadSecrets(files.secrets);
  let lifecycle: Lifecycle | undefined;
  let told: ((reason: string) => void) | undefined;
  const asked = new Promise<string>((resolve) => {
    told = resolve;
  });
  const end = (reason: string): void => told?.(reason);
  let service: Service;
  try {
    service = await Service.start({
      version,
      assets: options.assets,
      ledgerPath: files.ledger,
      lastPortPath: files.lastPort,
      secrets,
      places: options.places,
      port: options.port,
      upstreams: options.upstreams,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      now: Date.now,
      random: Math.random,
      log,
      samplePace: options.samplePace,
      used: () => lifecycle?.clientsChanged(),
      quit: () => end('it was asked to'),
    });
  } catch (error) {
    log.warn(`could not start: ${words(error)}`);
    await log.dispose();
    await lock.dispose();
    throw error;
  }
  const discovery = publishDiscovery(
    files.discovery,
    {
      pid: process.pid,
      port: service.port,
      version,
      startedAt: Date.now(),
      controlToken: secrets.control,
      ingestToken: secrets.ingest,
    },
    () => end('its discovery file is gone'),
  );
  const stopDoorPath = join(files.folder, stopDoorFile);
  writePrivateFile(stopDoorPath, JSON.stringify({ port: service.port, ingest: secrets.ingest }));
  if (options.lifecycle) {
    lifecycle = new Lifecycle({
      ...options.lifecycle,
      platform: options.places.platform,
      marker: `/${secrets.ingest}/`,
      guardOn: () => service.guardOn,
      clients: () => service.clients,
      end,
    });
  }
  log.info(`version ${version} runs on port ${service.port}`);
  const ended = asked.then(async (reason) => {
    log.info(`ends: ${reason}`);
    lifecycle?.dispose();
    await discovery.dispose();
    // Hooks then end without starting anything.
    rmSync(stopDoorPath, { force: true });
    await service.dispose().catch((error: unknown) => log.warn(`could not end well: ${words(error)}`));
    await lock.dispose();
    await log.dispose();
    return reason;
  });
  return { service, secrets, end, ended };
}

/** A last word of a process that fails; the log may not have been opened. */
export async function lastWords(folder: string, error: unknown): Promise<void> {
  const log = openLog(openStateFiles(folder).log, Date.now);
  log.warn(`fails: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  await log.dispose();
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
