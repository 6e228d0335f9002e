import { join } from 'node:path';
import { type Discovery, healthSchema } from '../protocol/api.ts';
import { discoveryFile, exitCodes } from '../protocol/stateFolder.ts';
import { builtAssets } from '../service/assets.ts';
import { baseUrlsOf, otlpOf } from '../service/baseUrls.ts';
import { readDiscovery } from '../service/discovery.ts';
import { type Hosted, host } from '../service/hosting.ts';
import type { CommandIo } from './command.ts';

export interface Reached {
  readonly port: number;
  readonly controlToken: string;
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Where telemetry is pushed to. */
  readonly otlp: string;
  /** The service, where this process is it. */
  readonly hosted: Hosted | undefined;
}

/** The service that runs, or this process as the service; an exit status, with the words said, where neither can be. */
export async function reach(command: string, folder: string, io: CommandIo): Promise<Reached | number> {
  const running = await found(folder);
  if (running) return running;
  const sqlite = await import('node:sqlite').catch(() => undefined);
  if (!sqlite) {
    io.stderr.write(
      `spend-meter ${command}: no meter service runs, and this Node has no node:sqlite to start one; it takes Node 22.13 or newer\n`,
    );
    return exitCodes.noSqlite;
  }
  const hosted = await host({
    sqlite,
    folder,
    assets: builtAssets(import.meta.url),
    places: { home: io.home, env: io.env, platform: process.platform },
  });
  if (hosted) {
    const { service, secrets } = hosted;
    const otlp = otlpOf(service.port, secrets.ingest);
    return { port: service.port, controlToken: secrets.control, baseUrls: service.baseUrls, otlp, hosted };
  }
  const late = await found(folder);
  if (late) return late;
  io.stderr.write(`spend-meter ${command}: the meter service runs but does not answer; try again, or restart it from VS Code\n`);
  return exitCodes.lostElection;
}

/** The running service, if it answers. */
export async function found(folder: string): Promise<Reached | undefined> {
  const discovery: Discovery | undefined = readDiscovery(join(folder, discoveryFile));
  if (!discovery) return undefined;
  const { port, controlToken, ingestToken } = discovery;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`, {
      headers: { authorization: `Bearer ${controlToken}` },
      signal: AbortSignal.timeout(1_000),
    });
    if (!healthSchema.safeParse(await answer.json()).success) return undefined;
    const [baseUrls, otlp] = [baseUrlsOf(port, ingestToken, []), otlpOf(port, ingestToken)];
    return { port, controlToken, baseUrls, otlp, hosted: undefined };
  } catch {
    return undefined;
  }
}
