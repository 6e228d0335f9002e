/**
 * `npm start`: builds the extension and opens a real VS Code with it, on the user's own home and meter.
 *
 *   npm start -- [--host=code|download|server] [--folder=<path>] [--port=<n>] [--profile=<path>] [--no-open]
 *
 * Tried in that order until one works: `code` of the PATH, a VS Code downloaded through @vscode/test-electron, the
 * npm-carried VS Code server with the browser. Ctrl-C ends it and everything it started.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../esbuild.mjs';
import { codeOnPath, hasDisplay } from './host/choose.mjs';
import { ensureHost } from './host/install.mjs';
import { cleanEnv, spawnGroup, startServer, writeSettings } from './host/server.mjs';
import { onPath, root, tools } from './lib/paths.mjs';
import { say, seconds } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    folder: { type: 'string', default: process.env.INIT_CWD ?? process.cwd() },
    port: { type: 'string', default: '0' },
    profile: { type: 'string', default: join(tools, 'profile') },
    'no-open': { type: 'boolean', default: false },
  },
});
const folder = resolve(values.folder);
const profile = resolve(values.profile);

/** The user's own environment: without what npm and the launcher put in front of the PATH. */
function userEnv() {
  const env = cleanEnv(process.env);
  const path = (env.PATH ?? env.Path ?? '').split(delimiter).filter((entry) => !entry.includes(`${sep}node_modules${sep}`));
  return { ...env, PATH: path.join(delimiter) };
}

/** A desktop VS Code with data and extensions of its own, so that the user's is neither touched nor asked. */
function openDesktop(executable) {
  const data = join(profile, 'desktop');
  mkdirSync(data, { recursive: true });
  const args = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${data}`,
    `--extensions-dir=${join(profile, 'desktop-extensions')}`,
  ];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  args.push('--new-window', folder);
  if (process.platform !== 'win32') {
    const group = spawnGroup(executable, args, { env: userEnv(), stdio: 'ignore' });
    return { exited: group.exited, stop: () => group.stop() };
  }
  const child = spawn(executable, args, { env: userEnv(), stdio: 'ignore' });
  const exited = new Promise((done) => child.on('exit', done));
  const stop = async () => {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    await exited;
  };
  return { exited, stop };
}

async function openCode() {
  const code = codeOnPath();
  if ('why' in code) throw new Error(code.why);
  say(`Opening ${code.path} …`);
  return openDesktop(code.path);
}

async function openDownload() {
  if (!hasDisplay()) throw new Error('there is no display to open a window on');
  say('Looking for a VS Code to download (about 150 MB, once, into .tools/vscode-test) …');
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: join(tools, 'vscode-test') });
  say(`Opening ${executable} …`);
  return openDesktop(executable);
}

function openBrowser(address) {
  const command = process.platform === 'darwin' ? 'open' : hasDisplay() ? onPath('xdg-open') : undefined;
  if (!command || values['no-open']) return;
  spawn(command, [address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

async function openServer() {
  const host = await ensureHost();
  const data = join(profile, 'server');
  const extensions = join(profile, 'server-extensions');
  // The server lists what lies in the folder when it has no list of its own: a link is enough.
  rmSync(extensions, { recursive: true, force: true });
  mkdirSync(extensions, { recursive: true });
  symlinkSync(root, join(extensions, 'spend-meter.spend-meter-0.1.0'), 'dir');
  writeSettings(data);
  const token = randomBytes(16).toString('hex');
  const server = await startServer(host, { data, extensions, token, port: Number(values.port), env: userEnv() });
  const address = server.url({ folder });
  say(
    `\nVS Code ${host.version} with Spend Meter is at\n\n  ${address}\n\nThe address holds a secret for this run. Any browser of this machine will do.`,
  );
  openBrowser(address);
  return server;
}

const hosts = { code: openCode, download: openDownload, server: openServer };
if (values.host && !Object.hasOwn(hosts, values.host)) {
  say(`unknown host: ${values.host} (${Object.keys(hosts).join(', ')})`);
  process.exit(2);
}

/** The first host that opens. Says of the others why they did not. */
async function openFirst() {
  const names = values.host ? [values.host] : Object.keys(hosts);
  for (const name of names) {
    try {
      const opened = await hosts[name]();
      say(`Host: ${name}`);
      return opened;
    } catch (error) {
      const why = error instanceof Error ? (error.cause ?? error).message || error.code : String(error);
      say(`Not taken: ${name} (${why})`);
    }
  }
  throw new Error('no VS Code could be opened');
}

let opened;
let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  say('\nEnding …');
  await opened?.stop();
  process.exit(code);
}
process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(143));
process.on('SIGHUP', () => end(129));

const started = Date.now();
say('Building …');
await buildAll();
say(`  built in ${seconds(started)}`);
opened = await openFirst();
say('Ctrl-C here ends it.');
const code = await opened.exited;
if (!ending) {
  say(`VS Code ended (${code}).`);
  process.exit(typeof code === 'number' ? code : 1);
}
