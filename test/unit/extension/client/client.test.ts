import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ApiFailure, call } from '../../../../src/extension/client/call.ts';
import { type Connection, ServiceClient } from '../../../../src/extension/client/client.ts';
import { readDiscovery } from '../../../../src/extension/client/find.ts';
import { type Candidate, launch } from '../../../../src/extension/client/launch.ts';
import type { Timing } from '../../../../src/extension/client/timing.ts';

const script = join(import.meta.dirname, 'fakeService.ts');
/** As in the product, but sooner. */
const quick: Partial<Timing> = {
  healthMs: 150,
  tickMs: 40,
  silentTicks: 5,
  backOffMs: [0, 20, 40],
  steadyMs: 0,
  offPollMs: 20,
};

describe('the window’s line to the service', function () {
  this.timeout(20_000);
  let folder: string;
  let stateFolder: string;
  const clients: ServiceClient[] = [];
  const pids = new Set<number>();
  const said: string[] = [];
  let launched: Candidate[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spend-meter-client-'));
    stateFolder = join(folder, 'state');
    launched = [];
    said.length = 0;
  });
  afterEach(async () => {
    const pid = readDiscovery(stateFolder)?.pid;
    if (pid) pids.add(pid);
    for (const one of clients.splice(0)) await one.dispose();
    for (const one of pids) kill(one);
    pids.clear();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function client(
    options: { readonly version?: string; readonly fake?: string; readonly timing?: Partial<Timing> } = {},
  ): ServiceClient {
    const log = (message: string): void => void said.push(message);
    const one = new ServiceClient({
      stateFolder,
      version: options.version ?? '1.0.0',
      launch: () => {
        const candidate = launch({
          execPath: process.execPath,
          script,
          stateFolder,
          env: { PATH: process.env.PATH, FAKE_VERSION: options.fake, NODE_OPTIONS: '--bad-option', VSCODE_PID: '1' },
        });
        if (candidate.pid) pids.add(candidate.pid);
        launched.push(candidate);
        return candidate;
      },
      log: { info: log, warn: log },
      now: Date.now,
      timing: { ...quick, ...options.timing },
    });
    clients.push(one);
    return one;
  }

  it('starts the service in a private folder, and gives its state', async () => {
    const one = client();
    const seen: string[] = [];
    one.onConnection(({ kind }) => seen.push(kind));
    one.start();
    await until(one, 'live');
    assert.equal(one.state?.version, '1.0.0');
    assert.deepEqual(seen, ['starting', 'live']);
    assert.equal(statSync(stateFolder).mode & 0o777, 0o700);
  });

  it('gives the service neither the options nor the variables of the editor', async () => {
    const one = client();
    one.start();
    await until(one, 'live');
    if (process.platform !== 'linux') return;
    const environment = readFileSync(`/proc/${readDiscovery(stateFolder)?.pid}/environ`, 'utf8').split('\0');
    assert.ok(environment.includes('ELECTRON_RUN_AS_NODE=1'));
    assert.deepEqual(
      environment.filter((line) => /^(NODE_OPTIONS|VSCODE_)/.test(line)),
      [],
    );
  });

  it('finds the one that runs instead of starting another', async () => {
    client().start();
    await until(clients[0], 'live');
    const second = client();
    second.start();
    await until(second, 'live');
    assert.equal(launched.length, 1);
  });

  it('starts it anew when it is killed, and says meanwhile that it is gone', async () => {
    const one = client();
    one.start();
    await until(one, 'live');
    const before = readDiscovery(stateFolder)?.pid;
    const seen: string[] = [];
    one.onConnection(({ kind }) => seen.push(kind));
    kill(before);
    await until(one, 'gone');
    await until(one, 'live');
    assert.notEqual(readDiscovery(stateFolder)?.pid, before);
    assert.deepEqual(seen, ['gone', 'live']);
    assert.ok(one.state, 'what was known stays known');
  });

  it('serves two windows after a kill by one new service', async () => {
    const both = [client(), client()];
    for (const one of both) one.start();
    await Promise.all(both.map((one) => until(one, 'live')));
    kill(readDiscovery(stateFolder)?.pid);
    await Promise.all(both.map((one) => until(one, 'gone')));
    await Promise.all(both.map((one) => until(one, 'live')));
    assert.equal(both[0]?.state?.version, both[1]?.state?.version);
  });

  it('starts another when the one it lost to has died before it could answer', async () => {
    const one = client();
    mkdirSync(stateFolder);
    // As a candidate ends that has lost.
    writeFileSync(join(stateFolder, 'exit-code'), '3');
    one.start();
    for (const end = Date.now() + 10_000; launched.length < 2 && Date.now() < end; ) await sleep(10);
    rmSync(join(stateFolder, 'exit-code'));
    await until(one, 'live');
    assert.deepEqual(
      said.filter((line) => line.includes('no connection')),
      [],
    );
  });

  it('ends one that hangs, and starts another', async () => {
    const one = client();
    one.start();
    await until(one, 'live');
    const before = readDiscovery(stateFolder);
    assert.ok(before);
    pids.add(before.pid);
    await call(before, { method: 'POST', path: 'fake/hang', answer: z.unknown(), timeoutMs: 1_000 });
    await until(one, 'gone');
    await until(one, 'live');
    assert.notEqual(readDiscovery(stateFolder)?.pid, before.pid);
    assert.ok(
      said.some((line) => line.includes('hangs')),
      said.join('\n'),
    );
    assert.throws(() => process.kill(before.pid, 0), 'the hung one is gone');
  });

  it('takes no second service where node:sqlite is missing, and says so', async () => {
    const one = client();
    mkdirSync(stateFolder);
    writeFileSync(join(stateFolder, 'exit-code'), '4');
    one.start();
    const connection = await until(one, 'problem');
    assert.deepEqual(connection, { kind: 'problem', problem: { kind: 'noSqlite' } });
    assert.equal(launched.length, 1);
    rmSync(join(stateFolder, 'exit-code'));
    one.start();
    await until(one, 'live');
  });

  it('says why when it cannot even be started, and goes on trying', async () => {
    writeFileSync(stateFolder, 'a file where the folder should be');
    const one = client();
    one.start();
    const connection = await until(one, 'problem');
    assert.ok(connection.kind === 'problem' && connection.problem.kind === 'unstartable');
    assert.match(connection.problem.message, /EEXIST|ENOTDIR/);
    rmSync(stateFolder);
    await until(one, 'live');
  });

  it('goes on trying when the service ends with an error, and says so after three', async () => {
    const one = client();
    mkdirSync(stateFolder);
    writeFileSync(join(stateFolder, 'exit-code'), '1');
    one.start();
    assert.deepEqual(await until(one, 'problem'), { kind: 'problem', problem: { kind: 'ended', code: 1 } });
    assert.ok(launched.length >= 3, `${launched.length} attempts`);
    rmSync(join(stateFolder, 'exit-code'));
    await until(one, 'live');
  });

  it('asks an older service to make room, and lives with a newer one', async () => {
    const old = client({ fake: '1.0.0' });
    old.start();
    await until(old, 'live');
    const newer = client({ version: '1.1.0', fake: '1.1.0' });
    newer.start();
    await until(newer, 'live');
    assert.equal(newer.state?.version, '1.1.0');
    await untilState(old, ({ version }) => version === '1.1.0');
    assert.equal(launched.length, 2, 'the older window has not started its own again');
  });

  it('stays away for every window when the user stops it, until one starts it', async () => {
    const [one, two] = [client(), client()];
    one.start();
    await until(one, 'live');
    two.start();
    await until(two, 'live');
    await one.stop();
    await Promise.all([until(one, 'off'), until(two, 'off')]);
    assert.equal(readDiscovery(stateFolder), undefined);
    one.start();
    await Promise.all([until(one, 'live'), until(two, 'live')]);
  });

  it('restarts it on demand', async () => {
    const one = client();
    one.start();
    await until(one, 'live');
    const before = readDiscovery(stateFolder)?.pid;
    await one.restart();
    await until(one, 'starting', 'live');
    await until(one, 'live');
    await untilTrue(() => readDiscovery(stateFolder)?.pid !== before && readDiscovery(stateFolder) !== undefined);
  });

  it('logs a message that it does not understand, and hears the next', async () => {
    const one = client();
    one.start();
    await until(one, 'live');
    const discovery = readDiscovery(stateFolder);
    assert.ok(discovery);
    await call(discovery, { method: 'POST', path: 'fake/nonsense', answer: z.unknown(), timeoutMs: 1_000 });
    await untilState(one, ({ pricesAsOf }) => pricesAsOf === '2030-01-01');
    assert.equal(said.filter((line) => line.includes('not understood')).length, 2);
    assert.equal(one.connection.kind, 'live');
  });

  it('checks what calls answer, and tells a no from another window’s claim', async () => {
    const one = client();
    await assert.rejects(one.api.quote('text'), /not there/);
    one.start();
    await until(one, 'live');
    await assert.rejects(one.api.quote('text'), (error) => error instanceof z.ZodError);
    await assert.rejects(one.api.setGuard(true), (error) => error instanceof ApiFailure && error.status === 404);
    assert.deepEqual(await one.api.stopTask('claude-code:a/b c'), {
      task: 'claude-code:a/b c',
      state: 'stopped',
      cutRequests: 1,
      usd: '0.5',
    });
    assert.equal(await one.api.claim('exceeded:day:2026-11-25:5'), true);
    assert.equal(await one.api.claim('exceeded:day:2026-11-25:5'), false);
  });

  it('lets the service go with the window, unless Guard keeps it', async () => {
    client().start();
    await until(clients[0], 'live');
    const first = readDiscovery(stateFolder)?.pid;
    await clients.pop()?.dispose();
    await untilTrue(() => !isAlive(first));
    writeFileSync(join(stateFolder, 'guard-on'), '');
    client().start();
    await until(clients[0], 'live');
    const second = readDiscovery(stateFolder)?.pid;
    await clients.pop()?.dispose();
    const answer = readDiscovery(stateFolder);
    assert.ok(answer);
    await call(answer, { method: 'GET', path: 'health', answer: z.unknown(), timeoutMs: 1_000 });
    assert.ok(isAlive(second));
  });
});

/** Waits for a connection of that kind. */
function until(one: ServiceClient | undefined, ...kinds: Connection['kind'][]): Promise<Connection> {
  assert.ok(one);
  if (kinds.includes(one.connection.kind)) return Promise.resolve(one.connection);
  return new Promise((resolve) => {
    const listening = one.onConnection((connection) => {
      if (!kinds.includes(connection.kind)) return;
      listening.dispose();
      resolve(connection);
    });
  });
}

function untilState(one: ServiceClient, fits: (state: NonNullable<ServiceClient['state']>) => boolean): Promise<void> {
  if (one.state && fits(one.state)) return Promise.resolve();
  return new Promise((resolve) => {
    const listening = one.onState((state) => {
      if (!fits(state)) return;
      listening.dispose();
      resolve();
    });
  });
}

/** The end of a process is told to nobody but its parent. */
async function untilTrue(ask: () => boolean): Promise<void> {
  while (!ask()) await sleep(10);
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? -1, 0);
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
