import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../../scripts/host/chromium.mjs';
import { pageStrings } from '../../../src/core/pageStrings.ts';
import type { ListQuery } from '../../../src/protocol/query.ts';
import type { RequestRow } from '../../../src/protocol/rows.ts';
import type { State } from '../../../src/protocol/state.ts';
import { type FromPage, fromPageSchema, type ToPage, toPageSchema } from '../../../src/protocol/webview.ts';
import type { SampleBreakdown } from './sampleState.ts';
import { type ThemeName, themeClass, themeCss } from './themes.ts';

const root = path.resolve(import.meta.dirname, '../../..');
export const screens = path.join(root, 'test/output/screens');
/** Never resolved: every request to it is answered here. */
const origin = 'http://page.test';

/** The policy the extension gives the page, with an origin in place of the webview's own. */
const policy = `default-src 'none'; script-src ${origin}; style-src ${origin};`;

export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** Bundles the page as the product does. Returns the texts of script and style sheet. */
export async function buildPage(): Promise<PageFiles> {
  const result = await build({
    entryPoints: [path.join(root, 'src/webview/main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outdir: 'page',
    logLevel: 'silent',
  });
  const text = (end: string): string => result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

/** A headless Chromium of this machine. Rejects when there is none. */
export const openBrowser: () => Promise<Browser> = launchChromium;

export interface View {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly language?: string;
  /** What the extension says at first besides. */
  readonly init?: { readonly timeZone: string };
  readonly state?: State;
  readonly breakdown?: SampleBreakdown;
  /** What the present view is told besides: where, why, plan, worth, a list. */
  readonly told?: readonly ToPage[];
  /** What `getState` gives back: where the reader was. */
  readonly saved?: unknown;
  readonly reducedMotion?: boolean;
  readonly zoom?: number;
  readonly rightToLeft?: boolean;
}

/** The page in a browser with the extension played by the test. */
export class OpenPage {
  readonly page: Page;
  /** Everything the page sent, checked against the protocol. */
  readonly sent: FromPage[] = [];
  /** Script errors and what the content policy refused. */
  readonly complaints: string[] = [];
  /** How a task's requests are answered: from those of the newest sample, fifty at a time, or that they cannot be read. */
  lists: 'answered' | 'failing' = 'answered';
  private newest: readonly RequestRow[] = [];
  private answering = Promise.resolve();
  private readonly context: BrowserContext;

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  async tell(message: ToPage): Promise<void> {
    await this.post(message);
    await this.settle();
  }

  /** As the extension does when the page asks for requests of a task. */
  received(message: FromPage): void {
    this.sent.push(message);
    if (message.kind !== 'list' || message.list.by !== 'task') return;
    this.answering = this.answering.then(() => this.post(this.answerTo(message.list))).catch(() => undefined);
  }

  private answerTo(list: ListQuery): ToPage {
    if (this.lists === 'failing') return { kind: 'failed', asked: { kind: 'list', list } };
    const { before } = list;
    const rows = this.newest
      .filter(({ task }) => task === list.key)
      .sort((a, b) => b.at - a.at)
      .filter(({ at }) => !before || at < before.at);
    return { kind: 'list', list: { list, requests: rows.slice(0, 50), more: rows.length > 50 } };
  }

  private async post(message: ToPage): Promise<void> {
    // More than the message may hold, and stripped from it below.
    if (message.kind === 'breakdown') this.newest = (message.breakdown as Partial<SampleBreakdown>).requests ?? [];
    const checked = toPageSchema.parse(message);
    await this.page.evaluate((data) => window.postMessage(data, '*'), checked);
  }

  /** What the page asked for is answered, effects have run, and the result is painted. */
  async settle(): Promise<void> {
    await this.frames();
    await this.answering;
    await this.frames();
  }

  /** Two frames. */
  private async frames(): Promise<void> {
    await this.page.evaluate(
      () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
    );
  }

  async screenshot(name: string): Promise<string> {
    await mkdir(screens, { recursive: true });
    const file = path.join(screens, `page-${name}.png`);
    await this.page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
    return file;
  }

  /** Serious and critical findings of axe, one line each. */
  async findings(): Promise<readonly string[]> {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { axe: checker } = window as unknown as { axe: typeof import('axe-core') };
      const { violations } = await checker.run(document, { resultTypes: ['violations'] });
      return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map((node) => node.html.slice(0, 120)) }));
    });
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, at }) => `${impact} ${id}: ${at.join(' | ')}`);
  }

  /** How far anything sticks out sideways (px), of the page, which must never scroll in that direction, or of a card on it. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => {
      const boxes = [document.documentElement, ...document.querySelectorAll('article')];
      return Math.max(...boxes.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** Opens the page and sends it what the extension would: init, state and breakdown. */
export async function openPage(browser: Browser, files: PageFiles, view: View = {}): Promise<OpenPage> {
  const { theme = 'dark', width = 1200, height = 900, language = 'en' } = view;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 1,
    locale: language,
    reducedMotion: view.reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const open = new OpenPage(context, page);
  const classes = [themeClass(theme), view.reducedMotion ? 'vscode-reduce-motion' : ''].filter(Boolean).join(' ');
  const answers: Readonly<Record<string, { readonly contentType: string; readonly body: string }>> = {
    '/': {
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en" dir="${view.rightToLeft ? 'rtl' : 'ltr'}"><head><title>Spend Meter</title>
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/webview.css"></head>
<body class="${classes}"><script src="/webview.js"></script></body></html>`,
    },
    '/theme.css': { contentType: 'text/css', body: themeCss(theme) + (view.zoom ? `html { zoom: ${view.zoom}; }` : '') },
    '/webview.css': { contentType: 'text/css', body: files.style },
    '/webview.js': { contentType: 'text/javascript', body: files.script },
    '/favicon.ico': { contentType: 'image/x-icon', body: '' },
  };
  await page.route(`${origin}/**`, async (route) => {
    const answer = answers[new URL(route.request().url()).pathname];
    await route.fulfill(answer ? { ...answer, headers: { 'content-security-policy': policy } } : { status: 404 });
  });
  let listens = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    listens = resolve;
  });
  await page.exposeFunction('toHost', (message: unknown) => {
    const known = fromPageSchema.parse(message);
    open.received(known);
    if (known.kind === 'ready') listens();
  });
  await page.addInitScript((saved) => {
    let kept: unknown = saved;
    Object.assign(window, {
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => (window as unknown as { toHost: (message: unknown) => void }).toHost(message),
        getState: () => kept,
        setState: (state: unknown) => {
          kept = state;
          Object.assign(window, { keptState: state });
        },
      }),
    });
  }, view.saved);
  await page.goto(origin);
  // What is told before the page listens is lost; the extension waits for this too.
  await ready;
  await open.tell({ kind: 'init', locale: language, strings: { ...pageStrings(language) }, ...view.init });
  if (view.state) await open.tell({ kind: 'state', state: view.state });
  if (view.breakdown) await open.tell({ kind: 'breakdown', breakdown: view.breakdown });
  for (const message of view.told ?? []) await open.tell(message);
  return open;
}
