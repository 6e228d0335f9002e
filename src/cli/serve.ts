import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { usdToPico } from '../core/money.ts';
import { exitCodes, stateFolder } from '../protocol/stateFolder.ts';
import { builtAssets } from '../service/assets.ts';
import { host } from '../service/hosting.ts';
import { type Command, UsageError } from './command.ts';

/**
 * `spend-meter serve`: the meter service in the foreground. One JSON line on stdout when it is ready; ends with
 * SIGTERM or SIGINT, or when somebody asks it to over its API.
 */
export const main: Command = async (args, io) => {
  const options = read(args);
  const sqlite = await import('node:sqlite').catch(() => undefined);
  if (!sqlite) {
    io.stderr.write('spend-meter serve: this Node has no node:sqlite; it takes Node 22.13 or newer\n');
    return exitCodes.noSqlite;
  }
  const home = options.home ?? io.home;
  const folder = options.data ?? stateFolder(io.env, process.platform, io.home);
  const hosted = await host({
    sqlite,
    folder,
    assets: builtAssets(import.meta.url),
    places: { home, env: options.home === undefined ? io.env : withoutPlaces(io.env), platform: process.platform },
    port: options.port,
    upstreams: options.upstreams,
    samplePace: io.env.SPEND_METER_SAMPLE_PACE ? Number(io.env.SPEND_METER_SAMPLE_PACE) : undefined,
  }).catch((error: unknown) => {
    // An address that may not be used, a port that is taken, a ledger that cannot be opened: the words say which.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  if (!hosted) {
    io.stderr.write(`spend-meter serve: a meter service already runs on ${folder}; give another --data folder\n`);
    return exitCodes.lostElection;
  }
  const { service, secrets } = hosted;
  if (options.budgetTask !== undefined)
    service.meter.control.setBudget({ scope: 'task', usd: options.budgetTask, action: 'stop' });
  const address = `http://127.0.0.1:${service.port}`;
  io.stdout.write(
    `${JSON.stringify({
      ready: true,
      port: service.port,
      baseUrls: service.baseUrls,
      otlp: `${address}/${secrets.ingest}/otlp`,
      api: `${address}/api`,
      controlToken: secrets.control,
    })}\n`,
  );
  const stop = (): void => hosted.end('it was told to by a signal');
  if (io.signal.aborted) stop();
  io.signal.addEventListener('abort', stop, { once: true });
  await hosted.ended;
  if (io.stdout.writableNeedDrain) await once(io.stdout, 'drain');
  return exitCodes.clean;
};

interface ServeOptions {
  readonly port: number | undefined;
  readonly data: string | undefined;
  readonly home: string | undefined;
  readonly upstreams: Readonly<Record<string, string>>;
  readonly budgetTask: string | undefined;
}

function read(args: readonly string[]): ServeOptions {
  const text = { type: 'string' } as const;
  let values: Partial<Record<'port' | 'data' | 'home' | 'budget-task', string>> & { upstream?: string[] };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { port: text, data: text, home: text, 'budget-task': text, upstream: { ...text, multiple: true } },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new UsageError('--port takes a port number');
  return {
    port: port || undefined,
    data: values.data,
    home: values.home,
    budgetTask: amount(values['budget-task']),
    upstreams: Object.fromEntries((values.upstream ?? []).map(upstream)),
  };
}

function upstream(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--upstream takes NAME=URL, not ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function amount(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    if (usdToPico(text) >= 0n) return text;
  } catch {
    // Said below.
  }
  throw new UsageError(`--budget-task takes an amount in USD, not ${JSON.stringify(text)}`);
}

/** Another home means the agents of that home, not the places that this user's environment names. */
function withoutPlaces(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const names = /^(XDG_|CLAUDE_CONFIG_DIR$|CODEX_HOME$|OPENCODE_|KILO_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
}
