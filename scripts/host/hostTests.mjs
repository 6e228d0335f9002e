/**
 * Runs the mocha suite of `test/host` once in a real VS Code, in its own process:
 *
 *   node scripts/node.mjs scripts/host/hostTests.mjs --results=<file> [--source=<folder> | --vsix=<file>] [--kind=newest|floor]
 *
 * Home, state folder, user data and extensions are fresh and thrown away. A meter service started in there ends at the
 * latest with this process.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { root, tools } from '../lib/paths.mjs';
import { run, say } from '../lib/run.mjs';
import { standInPath } from './bundleTests.mjs';
import { chooseTestHost, shim } from './choose.mjs';
import { ensureHost } from './install.mjs';

const { values } = parseArgs({
  options: {
    results: { type: 'string' },
    vsix: { type: 'string' },
    kind: { type: 'string', default: 'newest' },
    source: { type: 'string', default: root },
  },
});
const chosen = values.kind === 'floor' ? { name: 'shim', path: shim } : chooseTestHost();
say(`VS Code for the tests: ${chosen.name}`);
if (chosen.path === shim) await ensureHost(values.kind);
const executable = chosen.path ?? (await downloadAndUnzipVSCode({ version: 'stable', cachePath: join(tools, 'vscode-test') }));

const temp = mkdtempSync(join(tmpdir(), 'spend-meter-tests-'));
const folder = (name) => {
  const path = join(temp, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const home = folder('home');
const extensions = folder('extensions');
// A window in a browser develops one extension only. What lies here before its first start counts as installed.
cpSync(standInPath('roo'), join(extensions, 'rooveterinaryinc.roo-cline-3.52.1'), { recursive: true });
const isolation = {
  SPEND_METER_RESULTS: values.results,
  SPEND_METER_STATE: folder('state'),
  SPEND_METER_EXIT_WITH_PID: String(process.pid),
  SPEND_METER_HOST: values.kind,
  ...(chosen.path === shim ? { SPEND_METER_TEST_HOME: home } : { HOME: home, USERPROFILE: home }),
};

/** Installs the packed extension; what is "developed" is then an empty one. */
async function installVsix(file) {
  // A desktop VS Code installs through its command line face, not through the program that opens windows.
  const [cli, ...before] =
    executable === shim ? [shim] : resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
  const { code, output } = await run(cli, [...before, '--extensions-dir', extensions, '--install-extension', file], {
    shell: process.platform === 'win32',
    env: { ...process.env, ...isolation },
    quiet: true,
  });
  if (code !== 0) throw new Error(`installing ${file} failed (${code}):\n${output}`);
  const dummy = folder('dummy');
  writeFileSync(
    join(dummy, 'package.json'),
    JSON.stringify({ name: 'dummy', publisher: 'test', version: '0.0.1', engines: { vscode: '*' } }),
  );
  return dummy;
}

let code = 1;
try {
  code = await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: values.vsix ? await installVsix(values.vsix) : values.source,
    extensionTestsPath: join(root, 'dist-test', 'host', 'index.cjs'),
    launchArgs: [folder('workspace'), '--user-data-dir', folder('data'), '--extensions-dir', extensions],
    extensionTestsEnv: isolation,
  });
} catch (error) {
  say(String(error));
  code = error.code ?? 1;
} finally {
  rmSync(temp, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(code);
