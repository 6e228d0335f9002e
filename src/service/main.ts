import { homedir } from 'node:os';
import { exitCodes, stateFolder } from '../protocol/stateFolder.ts';
import { builtAssets } from './assets.ts';
import { host, lastWords } from './hosting.ts';

/**
 * The background process, as a window starts it (`--attached`: the window holds our stdin open). It says nothing on
 * its streams; its exit code tells the starter why it ended, its log the rest.
 */
const { env, platform } = process;
const folder = stateFolder(env, platform, homedir());

async function main(): Promise<number> {
  const sqlite = await import('node:sqlite').catch(() => undefined);
  if (!sqlite) return exitCodes.noSqlite;
  const hosted = await host({
    sqlite,
    folder,
    assets: builtAssets(import.meta.url),
    places: { home: homedir(), env, platform },
    lifecycle: {
      parent: process.argv.includes('--attached') ? process.stdin : undefined,
      exitWithPid: number(env.SPEND_METER_EXIT_WITH_PID),
      idleMs: number(env.SPEND_METER_IDLE_MS),
    },
    samplePace: number(env.SPEND_METER_SAMPLE_PACE),
  });
  if (!hosted) return exitCodes.lostElection;
  const stop = (): void => hosted.end('it was told to by a signal');
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await hosted.ended;
  return exitCodes.clean;
}

function number(text: string | undefined): number | undefined {
  const value = Number(text);
  return text && Number.isFinite(value) ? value : undefined;
}

async function fail(error: unknown): Promise<never> {
  await lastWords(folder, error);
  process.exit(1);
}

// A window starts a new one within a moment; a meter that goes on after an error it does not understand may miscount.
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
main().then((code) => process.exit(code), fail);
