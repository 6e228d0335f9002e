#!/usr/bin/env node
/**
 * Takes the arguments of the `code` executable and runs the npm-carried VS Code server with a headless Chromium instead,
 * so that `@vscode/test-electron` and others run their tests in a real extension host where no desktop VS Code exists.
 *
 * Exit codes: the test run's own; 70 no result in time, 71 the extension host or the server ended, 72 the page broke,
 * 73 it could not be started. Which host: `SPEND_METER_HOST=newest|floor`. Limit: `SPEND_METER_HOST_LIMIT` in seconds.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'node:util';
import { output } from '../lib/paths.mjs';
import { run, say } from '../lib/run.mjs';
import { launchChromium, loopbackOnly } from './chromium.mjs';
import { ensureHost } from './install.mjs';
import { cleanEnv, startServer, writeSettings } from './server.mjs';

/** The workbench's own lines, of no interest to a test. */
const chatter =
  /native-watchdog|^(Resolved connection token|Resolving connection token|Creating a socket|Ignoring fetching additional|\[AgentHost|\[AccountPolicyGate|\[Service Worker\]|\[reconnection-grace-time\]|Updating additional builtin|Creation of workbench contribution|\[perf\]|Started local extension host|Settings Sync|\[lifecycle\])/;

function parse(argv) {
  const options = { developed: [], tests: undefined, data: undefined, extensions: undefined, place: undefined, server: [] };
  for (let i = 0; i < argv.length; i++) {
    const [name, inline] = argv[i].startsWith('--') ? argv[i].split(/=(.*)/s, 2) : [undefined, undefined];
    const value = () => inline ?? argv[++i];
    if (name === '--extensionDevelopmentPath') options.developed.push(resolve(value()));
    else if (name === '--extensionTestsPath') options.tests = resolve(value());
    else if (name === '--user-data-dir') options.data = resolve(value());
    else if (name === '--extensions-dir') options.extensions = resolve(value());
    else if (name === '--install-extension') options.server.push('--install-extension', resolve(value()));
    else if (name === '--list-extensions' || name === '--show-versions' || name === '--version') options.server.push(name);
    else if (!argv[i].startsWith('-')) options.place ??= resolve(argv[i]);
  }
  return options;
}

const options = parse(process.argv.slice(2));
const temp = mkdtempSync(join(tmpdir(), 'spend-meter-host-'));
const data = options.data ?? join(temp, 'data');
const extensions = options.extensions ?? join(temp, 'extensions');
for (const name of ['home', 'tmp']) mkdirSync(join(temp, name));

async function serverCommand(host) {
  const args = [host.main, '--accept-server-license-terms', '--server-data-dir', data, '--extensions-dir', extensions];
  const { code } = await run(host.node, [...args, ...options.server], {
    env: { ...cleanEnv(process.env), EXTENSIONS_GALLERY: '{}' },
  });
  return code;
}

/** What the page says of the test run, and of itself. */
function watchPage(page) {
  const log = [];
  let finish;
  const result = new Promise((done) => {
    finish = done;
  });
  page.on('console', (message) => log.push(`[${message.type()}] ${message.text()}`));
  page.on('crash', () => finish({ code: 72, why: 'the page crashed' }));
  page
    .context()
    .browser()
    ?.on('disconnected', () => finish({ code: 72, why: 'the browser ended' }));
  const exposed = Promise.all([
    page.exposeFunction('codeAutomationExit', (code) => finish({ code })),
    page.exposeFunction('codeAutomationLog', (_type, args) => {
      const line = format(...(Array.isArray(args) ? args : [args])).replace(/^%c?|\s*color: ?[^;]*;?$/g, '');
      if (!chatter.test(line)) process.stdout.write(`${line}\n`);
    }),
  ]);
  return { log, result, exposed };
}

function windowQuery(authority) {
  const remote = (path) => `vscode-remote://${authority}${path}`;
  const payload = options.developed.map((path) => ['extensionDevelopmentPath', remote(path)]);
  if (options.tests) payload.push(['extensionTestsPath', remote(options.tests)]);
  payload.push(['logLevel', 'info']);
  const place = options.place;
  const opened = !place ? { ew: 'true' } : place.endsWith('.code-workspace') ? { workspace: place } : { folder: place };
  return { ...opened, payload: JSON.stringify(payload) };
}

async function keep(name, page, log, server) {
  const folder = join(output, 'host-failure');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}-server.log`), server.output());
  writeFileSync(join(folder, `${name}-page.log`), log.join('\n'));
  await page.screenshot({ path: join(folder, `${name}.png`), timeout: 5000 }).catch(() => undefined);
  process.stderr.write(`server log, page log and screenshot are in ${folder}\n`);
}

async function runInWindow(host, cleanups) {
  writeSettings(data);
  let hostEnded;
  const extensionHostGone = new Promise((done) => {
    hostEnded = done;
  });
  const server = await startServer(host, {
    data,
    extensions,
    tests: true,
    env: cleanEnv(process.env, { HOME: process.env.SPEND_METER_TEST_HOME ?? join(temp, 'home'), TMPDIR: join(temp, 'tmp') }),
    onOutput: (text) => /Extension Host Process exited/.test(text) && hostEnded(),
  });
  cleanups.push(() => server.stop());
  const browser = await launchChromium();
  cleanups.push(() => Promise.race([browser.close(), delay(5000)]));
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await loopbackOnly(context);
  const page = await context.newPage();
  const { log, result, exposed } = watchPage(page);
  await exposed;
  await page.goto(server.url(windowQuery(server.authority)));
  const limit = Number(process.env.SPEND_METER_HOST_LIMIT ?? 300);
  const ended = await Promise.race([
    result,
    server.exited.then((code) => ({ code: 71, why: `the server ended (${code})` })),
    // A result that is on its way when the host ends still counts.
    extensionHostGone.then(() =>
      Promise.race([result, delay(5000, { code: 71, why: 'the extension host ended without a result' })]),
    ),
    delay(limit * 1000, { code: 70, why: `no result within ${limit} s` }, { ref: false }),
  ]);
  if (ended.why) process.stderr.write(`${ended.why}\n`);
  if (ended.code !== 0) await keep(host.kind, page, log, server);
  return ended.code;
}

const cleanups = [() => rmSync(temp, { recursive: true, force: true, maxRetries: 5 })];
let ending;
function cleanUp() {
  ending ??= (async () => {
    for (const each of cleanups.reverse()) await Promise.resolve(each()).catch(() => undefined);
  })();
  return ending;
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => cleanUp().then(() => process.exit(130)));

let code = 73;
try {
  const host = await ensureHost(process.env.SPEND_METER_HOST ?? 'newest');
  say(`Host: VS Code server ${host.version} (npm), headless Chromium`);
  code = options.server.length > 0 ? await serverCommand(host) : await runInWindow(host, cleanups);
} catch (error) {
  process.stderr.write(`${error.stack ?? error}\n`);
}
await cleanUp();
process.exit(typeof code === 'number' ? code : 71);
