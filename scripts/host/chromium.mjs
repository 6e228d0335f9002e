import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '../lib/paths.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** Places that are not on a PATH. */
function knownPlaces(env) {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ];
  }
  if (process.platform !== 'win32') return [];
  const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean);
  return folders.flatMap((folder) => [
    join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
    join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
  ]);
}

/** A Chromium of this machine (`CHROME_PATH` wins), or undefined. */
export function findChromium(env = process.env) {
  if (env.CHROME_PATH) return env.CHROME_PATH;
  return names.map((name) => onPath(name, env)).find(Boolean) ?? knownPlaces(env).find((path) => existsSync(path));
}

export const noChromium =
  'no Chromium, Chrome or Edge was found. Install one (Debian and Ubuntu: apt-get install chromium) or name it in CHROME_PATH';

/** A headless Chromium that makes no traffic of its own. Closes when this process ends. */
export async function launchChromium() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(noChromium);
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

/** Lets a page reach this machine and nothing else. */
export async function loopbackOnly(context) {
  await context.route('**', (route) => {
    const { protocol, hostname } = new URL(route.request().url());
    const local =
      hostname === '127.0.0.1' ||
      hostname === 'localhost' ||
      hostname.endsWith('.localhost') ||
      !/^(https?|wss?):$/.test(protocol);
    return local ? route.continue() : route.abort();
  });
}
