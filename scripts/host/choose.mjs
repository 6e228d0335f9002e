import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onPath, root } from '../lib/paths.mjs';

/**
 * The program behind the `code` command: `code` itself hands over to it and returns at once. Undefined where `code` is
 * something else (a remote's helper, WSL's way to Windows).
 */
function programBehind(command) {
  const bin = dirname(realpathSync(command));
  const candidates = {
    linux: ['../code', '../code-insiders', '../codium', '../../code'],
    darwin: ['../../../MacOS/Electron', '../../../MacOS/Code', '../../../MacOS/VSCodium'],
    win32: ['../Code.exe', '../Code - Insiders.exe', '../VSCodium.exe'],
  }[process.platform];
  return candidates?.map((path) => join(bin, path)).find((path) => existsSync(path));
}

/** Whether a window could be shown at all. */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The desktop VS Code of the PATH, or why it cannot be used. @returns {{ path: string } | { why: string }} */
export function codeOnPath(env = process.env) {
  const command = onPath('code', env);
  if (!command) return { why: 'there is no `code` on the PATH' };
  const path = programBehind(command);
  if (!path) return { why: `${command} is not a desktop VS Code of this machine` };
  if (!hasDisplay(env)) return { why: 'there is no display to open a window on' };
  return { path };
}

export const shim = join(root, 'scripts', 'host', 'codeShim.mjs');

/**
 * Which VS Code the host tests run in: `VSCODE_PATH`, `code` on the PATH, a download where `VSCODE_DOWNLOAD=1` asks for
 * it (`path` is undefined then), else the npm-carried server behind the shim.
 *
 * @returns {{ name: string, path: string | undefined }}
 */
export function chooseTestHost(env = process.env) {
  if (env.VSCODE_PATH) return { name: 'VSCODE_PATH', path: env.VSCODE_PATH };
  const code = codeOnPath(env);
  if ('path' in code) return { name: 'code on the PATH', path: code.path };
  if (env.VSCODE_DOWNLOAD === '1') return { name: 'download', path: undefined };
  return { name: 'shim', path: shim };
}
