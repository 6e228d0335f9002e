import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { apiErrorSchema } from '../protocol/api.ts';
import {
  type Connection,
  type ConnectionPlan,
  connectionPlanSchema,
  connectionSchema,
  type Disconnected,
  disconnectedSchema,
} from '../protocol/connections.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import { connectionsWithoutService } from '../service/connections/offline.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { lineDiff } from './lineDiff.ts';
import { found, type Reached, reach } from './reach.ts';

/**
 * `spend-meter connect`: what can be put into agents' own settings, and what is. With the name of an agent (`claude-code`) or of one thing (`claude-code/hooks`) it shows what it
 * would change, and changes it after a typed `y`, or with `--yes`. `--undo` takes it out again; without a name everything.
 */
export const main: Command = async (args, io) => {
  const { name, undo, yes, json } = read(args);
  const folder = stateFolder(io.env, process.platform, io.home);
  if (undo) return takeOut(name, json, folder, io);
  const service = await reach('connect', folder, io);
  if (typeof service === 'number') return service;
  try {
    const all = z.array(connectionSchema).parse(await call(service, 'GET', 'connections'));
    if (name === undefined) return show(all, json, io);
    const wanted = all.filter((each) => !each.isConnected && isNamed(each, name));
    if (!all.some((each) => isNamed(each, name))) throw new UsageError(`nothing can be connected of ${JSON.stringify(name)}`);
    return await connect(wanted, { yes, json }, service, io);
  } finally {
    service.hosted?.end('the command it was started for has ended');
    await service.hosted?.ended;
  }
};

interface Options {
  readonly name: string | undefined;
  readonly undo: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

function read(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { undo: flag, yes: { ...flag, short: 'y' }, json: flag },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new UsageError('connect takes one agent');
    return { ...values, name: positionals[0] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function isNamed({ id, agent }: Pick<Connection, 'id' | 'agent'>, name: string): boolean {
  return agent === name || id === name;
}

function show(all: readonly Connection[], json: boolean, io: CommandIo): number {
  const line = ({ id, isConnected, isHere }: Connection): string =>
    `${id.padEnd(24)} ${isConnected ? 'connected' : isHere ? 'not connected' : 'not connected; the agent has not been used here'}`;
  const lines = json ? all.map((each) => JSON.stringify(each)) : all.map(line);
  io.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function connect(
  wanted: readonly Connection[],
  { yes, json }: Pick<Options, 'yes' | 'json'>,
  service: Reached,
  io: CommandIo,
): Promise<number> {
  let status = 0;
  const answers = answersOf(io);
  for (const { id } of wanted) {
    const path = `connections/${encodeURIComponent(id)}`;
    const plan = connectionPlanSchema.parse(await call(service, 'GET', path));
    io.stdout.write(json ? `${JSON.stringify(plan)}\n` : planText(plan));
    if (plan.files.length === 0) continue;
    if (!yes) io.stderr.write('Change this? [y/N] ');
    if (!yes && !/^y(es)?$/i.test((await answers.next()).value ?? '')) {
      status = 1;
      continue;
    }
    await call(service, 'POST', path, { digest: plan.digest });
    if (!json) io.stdout.write(`${id}: connected; undone by: spend-meter connect --undo ${id}\n`);
  }
  if (wanted.length === 0 && !json) io.stdout.write('all of it is connected already\n');
  return status;
}

function planText({ id, files }: ConnectionPlan): string {
  if (files.length === 0) return `${id}: its settings say all of it already\n`;
  const parts = files.map(({ file, before, after }) => {
    const lines = lineDiff(before ?? '', after);
    return `${file}${before === null ? ' (new)' : ''}\n${lines.map((line) => `  ${line}\n`).join('')}`;
  });
  return `${id}\n${parts.join('')}`;
}

/** What a person types, a line at a time. */
async function* answersOf({ stdin }: CommandIo): AsyncGenerator<string, undefined> {
  for await (const line of createInterface({ input: Readable.from(stdin) })) yield line.trim();
  return undefined;
}

/** The service does it where one runs, else this process: taking out needs none. */
async function takeOut(name: string | undefined, json: boolean, folder: string, io: CommandIo): Promise<number> {
  const service = await found(folder);
  const connections = connectionsWithoutService(
    folder,
    { home: io.home, env: io.env, platform: process.platform },
    fileURLToPath(new URL('./cli.js', import.meta.url)),
  );
  const ids = connections.list().filter((each) => each.isConnected && (name === undefined || isNamed(each, name)));
  const results: Disconnected[] = [];
  if (name === undefined) {
    results.push(service ? disconnectedSchema.parse(await call(service, 'DELETE', 'connections')) : connections.disconnect());
  } else {
    for (const { id } of ids) {
      const path = `connections/${encodeURIComponent(id)}`;
      results.push(service ? disconnectedSchema.parse(await call(service, 'DELETE', path)) : connections.disconnect(id));
    }
  }
  const all = { disconnected: results.flatMap((each) => each.disconnected), left: results.flatMap((each) => each.left) };
  if (json) io.stdout.write(`${JSON.stringify(all)}\n`);
  else {
    io.stdout.write(all.disconnected.length > 0 ? `taken out: ${all.disconnected.join(', ')}\n` : 'nothing is connected\n');
    for (const file of all.left) io.stdout.write(`something stays in ${file}: it was changed by somebody else since\n`);
  }
  return all.left.length > 0 ? 1 : 0;
}

async function call(service: Reached, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${service.port}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${service.controlToken}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const value: unknown = await answer.json();
  if (answer.ok) return value;
  const said = apiErrorSchema.safeParse(value);
  throw new UsageError(said.success ? said.data.error : `HTTP ${answer.status}`);
}
