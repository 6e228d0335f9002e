import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium, loopbackOnly } from '../../scripts/host/chromium.mjs';
import { ensureHost } from '../../scripts/host/install.mjs';
import { cleanEnv, startServer, writeSettings } from '../../scripts/host/server.mjs';
import { output, root } from '../../scripts/lib/paths.mjs';
import { run } from '../../scripts/lib/run.mjs';

const manifest: { readonly name: string; readonly publisher: string; readonly version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** VS Code's own names of its themes, and the class each puts on the workbench. */
export const themes = {
  dark: { label: 'Dark Modern', root: '.vs-dark' },
  light: { label: 'Light Modern', root: '.vs' },
  'high-contrast': { label: 'Dark High Contrast', root: '.hc-black' },
  'high-contrast-light': { label: 'Light High Contrast', root: '.hc-light' },
} as const;
export type Theme = keyof typeof themes;

export const wide = { width: 1280, height: 800 };
export const narrow = { width: 640, height: 800 };

/** What a walk starts with. Every path is fresh and thrown away when it is closed. */
export interface Places {
  readonly home: string;
  /** The meter's state folder. */
  readonly state: string;
  /** The folder that is open in VS Code. */
  readonly workspace: string;
}

export interface WalkOptions {
  /** Lays files into the fresh folders before VS Code starts. */
  readonly prepare?: (places: Places) => void | Promise<void>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** VS Code's display language, e.g. `zh-cn`. */
  readonly locale?: string;
}

type Server = Awaited<ReturnType<typeof startServer>>;

/**
 * A real VS Code with the extension, seen through a real Chromium. The extension is the packed one that
 * `SPEND_METER_VSIX` names, or the project itself.
 */
export class Walk {
  readonly page: Page;
  readonly places: Places;
  /** What the page wrote to its console. */
  readonly pageLog: string[] = [];
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #temp: string;

  private constructor(parts: { page: Page; places: Places; browser: Browser; server: Server; temp: string }) {
    this.page = parts.page;
    this.places = parts.places;
    this.#browser = parts.browser;
    this.#server = parts.server;
    this.#temp = parts.temp;
    this.page.on('console', (message) => {
      if (!message.text().includes('native-watchdog')) this.pageLog.push(`[${message.type()}] ${message.text()}`);
    });
  }

  static async start(options: WalkOptions = {}): Promise<Walk> {
    const host = await ensureHost('newest');
    const temp = mkdtempSync(join(tmpdir(), 'spend-meter-walk-'));
    const folder = (name: string): string => {
      mkdirSync(join(temp, name));
      return join(temp, name);
    };
    const places = { home: folder('home'), state: folder('state'), workspace: folder('workspace') };
    const data = folder('data');
    const extensions = folder('extensions');
    await options.prepare?.(places);
    writeSettings(data, { 'workbench.colorTheme': 'Default Dark Modern', ...options.settings });
    const env = cleanEnv(process.env, {
      HOME: places.home,
      TMPDIR: folder('tmp'),
      SPEND_METER_STATE: places.state,
      SPEND_METER_EXIT_WITH_PID: String(process.pid),
      ...options.env,
    });
    await install(host, extensions, data, env);
    const server = await startServer(host, { data, extensions, env });
    const browser = await launchChromium();
    const context = await browser.newContext({ viewport: wide, ...(options.locale ? { locale: options.locale } : {}) });
    await loopbackOnly(context);
    const page = await context.newPage();
    const walk = new Walk({ page, places, browser, server, temp });
    await walk.open();
    return walk;
  }

  /** Opens the window (again): what a reload does. */
  async open(): Promise<void> {
    await this.page.goto(this.#server.url({ folder: this.places.workspace }));
    await this.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
  }

  /** The extension's status bar item; its text is what a person reads there. */
  statusItem(id = 'status'): Locator {
    return this.page.locator(`[id="${manifest.publisher}.${manifest.name}.${id}"]`);
  }

  /** Runs a command by its title, as a person does: through the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+P');
    await this.#quickInput().fill(`>${title}`);
    await this.pick(title);
  }

  /** Picks the entry of the open quick pick whose label is exactly that. */
  async pick(label: string): Promise<void> {
    const name = this.page.locator('.quick-input-list .label-name').getByText(label, { exact: true });
    await name.first().click();
  }

  #quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** Content of the webview that is in front. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-toast', { hasText: text });
  }

  /** The hover of the status item, opened. */
  async tooltip(): Promise<Locator> {
    await this.statusItem().locator('a').first().hover();
    const hover = this.page.locator('.workbench-hover-container .monaco-hover, .monaco-hover.workbench-hover').last();
    await hover.waitFor();
    return hover;
  }

  async leaveTooltip(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.mouse.move(wide.width / 2, 10);
  }

  /** Changes the colour theme while VS Code runs, as a person does. */
  async theme(theme: Theme): Promise<void> {
    const { label, root } = themes[theme];
    await this.command('Preferences: Color Theme');
    await this.#quickInput().fill(label);
    await this.pick(label);
    await this.page.locator(`.monaco-workbench${root}`).waitFor();
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async screenshot(name: string): Promise<void> {
    const folder = join(output, 'screens');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Keeps what is needed to understand a failure. */
  async failed(name: string): Promise<void> {
    await this.screenshot(`failed-${name.replace(/\W+/g, '-')}`).catch(() => undefined);
    console.error(`${this.pageLog.slice(-20).join('\n')}\n${this.#server.output().slice(-2000)}`);
  }

  /** Ends VS Code as when its last window is closed; the fresh folders stay. */
  async quit(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }

  async close(): Promise<void> {
    await this.quit();
    rmSync(this.#temp, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Installs the packed extension, or lays a link to the project where the server finds it. */
async function install(
  host: Awaited<ReturnType<typeof ensureHost>>,
  extensions: string,
  data: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const vsix = process.env.SPEND_METER_VSIX;
  if (!vsix) {
    const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
    symlinkSync(process.env.SPEND_METER_SOURCE ?? root, join(extensions, name), 'dir');
    return;
  }
  const folders = ['--accept-server-license-terms', '--server-data-dir', data, '--extensions-dir', extensions];
  const { code, output: said } = await run(host.node, [host.main, ...folders, '--install-extension', vsix], {
    env: { ...env, EXTENSIONS_GALLERY: '{}' },
    quiet: true,
  });
  if (code !== 0) throw new Error(`installing ${vsix} failed (${code}):\n${said}`);
}
