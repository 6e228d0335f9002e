import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A quiet editor: nothing opens by itself, nothing asks, nothing looks things up. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  // Else a gateway's port shows up as a forwarded port.
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
};

/** Writes the user settings of a data folder: the quiet ones, and what is given. */
export function writeSettings(dataFolder, settings = {}) {
  mkdirSync(join(dataFolder, 'User'), { recursive: true });
  writeFileSync(join(dataFolder, 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/** The environment a VS Code gets: ours without what npm, Node's flags and an outer editor put there. */
export function cleanEnv(env, extra = {}) {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|NODE_CHANNEL|ELECTRON_|VSCODE_(?!PATH)|INIT_CWD$)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * Starts a program as the leader of a process group that dies with this process, however this process ends: a shell
 * holds the group and kills it when the pipe on its descriptor 3 closes.
 */
const groupScript = [
  '"$@" 3<&- & child=$!',
  '{ trap "" TERM; cat <&3 >/dev/null; kill -TERM -- -$$; sleep 2; kill -KILL -- -$$; } >/dev/null 2>&1 &',
  'wait $child',
].join('\n');

export function spawnGroup(command, args, { env, cwd, stdio = 'pipe' } = {}) {
  const child = spawn('bash', ['-c', groupScript, 'bash', command, ...args], {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', stdio, stdio, 'pipe'],
  });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  const signalGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
      return true;
    } catch {
      return false;
    }
  };
  return {
    child,
    exited,
    /** Ends the whole group and waits until it is gone: asked to first, killed after `graceMs`. */
    async stop(graceMs = 3000) {
      signalGroup('SIGTERM');
      for (const until = Date.now() + graceMs; Date.now() < until; await delay(50)) {
        if (child.exitCode !== null || child.signalCode !== null) break;
      }
      signalGroup('SIGKILL');
      child.stdio[3]?.destroy();
      await exited;
      for (const until = Date.now() + 3000; signalGroup(0) && Date.now() < until; ) await delay(20);
    },
  };
}

/**
 * Starts a VS Code server on a free (or the given) loopback port and waits until it listens.
 *
 * @param {import('./install.mjs').Host} host
 * @param {{ data: string, extensions: string, env: NodeJS.ProcessEnv, port?: number, token?: string,
 *   tests?: boolean, onOutput?: (text: string) => void }} options
 *   `token` is asked of every browser; without it any local program gets in (tests only). `tests` lets a page name the
 *   extension and tests to run; it also hides notifications.
 */
export async function startServer(host, options) {
  const { data, extensions, env, port = 0, token, tests = false, onOutput } = options;
  const args = [host.main, '--host', '127.0.0.1', '--port', String(port)];
  args.push(...(token ? ['--connection-token', token] : ['--without-connection-token']));
  args.push('--accept-server-license-terms', '--server-data-dir', data, '--user-data-dir', data, '--extensions-dir', extensions);
  args.push('--telemetry-level', 'off', '--disable-workspace-trust');
  if (tests) args.push('--enable-smoke-test-driver');

  const group = spawnGroup(host.node, args, { env: { SHELL: '/bin/bash', EXTENSIONS_GALLERY: '{}', ...env } });
  let output = '';
  const port$ = new Promise((resolve) => {
    const read = (chunk) => {
      output += chunk;
      onOutput?.(String(chunk));
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found) resolve(Number(found[1]));
    };
    group.child.stdout.on('data', read);
    group.child.stderr.on('data', read);
  });
  const listening = await Promise.race([port$, group.exited, delay(60_000, 'no answer within 60 s', { ref: false })]);
  if (typeof listening !== 'number' || group.child.exitCode !== null) {
    await group.stop();
    throw new Error(`the VS Code server did not start (${listening}):\n${output}`);
  }
  const authority = `127.0.0.1:${listening}`;
  return {
    port: listening,
    authority,
    exited: group.exited,
    stop: () => group.stop(),
    output: () => output,
    /** Address of a window: query parameters as the workbench knows them (`folder`, `workspace`, `ew`, `payload`). */
    url(query) {
      return `http://${authority}/?${new URLSearchParams({ ...(token ? { tkn: token } : {}), ...query })}`;
    },
  };
}
