import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeAt, readJson } from '../../../src/agentSettings/json.ts';
import { launcherPath } from '../../../src/hooks/launcher.ts';
import { ConnectionError, Connections } from '../../../src/service/connections/connections.ts';

describe('what is connected', () => {
  let temp: string;
  let home: string;
  let state: string;
  let otlp: string;

  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'spend-meter-connections-'));
    [home, state] = [join(temp, 'home'), join(temp, 'state')];
    mkdirSync(state);
    otlp = 'http://127.0.0.1:20001/secret/otlp';
  });

  afterEach(() => rmSync(temp, { recursive: true, force: true }));

  const open = (cli = join(temp, 'cli.js'), env: Readonly<Record<string, string>> = {}): Connections =>
    new Connections({
      target: () => ({ places: { home, env, platform: 'linux' }, stateFolder: state, otlp }),
      stateFolder: state,
      platform: 'linux',
      program: { node: process.execPath, cli },
      plugin: join(temp, 'built.js'),
      now: () => 1,
    });
  const connect = (connections: Connections, id: string): void => {
    const { digest } = connections.preview(id) ?? assert.fail(`${id} is not known`);
    assert.ok(connections.connect(id, digest));
  };
  const put = (file: string, text: string): string => {
    const path = join(home, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const text = (path: string): string => readFileSync(path, 'utf8');
  const connected = (connections: Connections): string[] =>
    connections
      .list()
      .filter(({ isConnected }) => isConnected)
      .map(({ id }) => id);

  it('gives every file back to the byte, whatever of it is taken out first', () => {
    const before = '{\n\t// mine\n\t"env": { "A": "b" },\n}\n';
    for (const order of [
      ['claude-code/telemetry', 'claude-code/hooks'],
      ['claude-code/hooks', 'claude-code/telemetry'],
    ]) {
      const file = put('.claude/settings.json', before);
      const connections = open();
      for (const id of ['claude-code/telemetry', 'claude-code/hooks']) connect(connections, id);
      const command = text(file);
      assert.match(command, /bin\/spend-meter-hook' claude-code/);
      assert.ok(command.includes(otlp));
      connections.disconnect(order[0]);
      assert.deepEqual(connected(connections), [order[1]]);
      assert.equal(text(file).includes(otlp), order[1] === 'claude-code/telemetry');
      assert.equal(text(file).includes('spend-meter-hook'), order[1] === 'claude-code/hooks');
      assert.ok(existsSync(launcherPath(state, 'linux')));
      assert.deepEqual(connections.disconnect(order[1]), { disconnected: [order[1]], left: [] });
      assert.equal(text(file), before);
      assert.equal(existsSync(dirname(launcherPath(state, 'linux'))), false, 'the launcher goes with the last');
    }
  });

  it('takes all of it out of files that their programs have written anew, and leaves nothing empty', () => {
    const file = put('.claude/settings.json', '{"model":"a"}');
    const connections = open();
    connect(connections, 'claude-code/hooks');
    connect(connections, 'claude-code/telemetry');
    const object = JSON.parse(text(file)) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...object, model: 'b' }, undefined, 4));
    assert.deepEqual(connections.disconnect().left, []);
    assert.deepEqual(JSON.parse(text(file)), { model: 'b' });
  });

  it('leaves a value that its owner has set since, and says in which file', () => {
    const file = put('.claude/settings.json', '{}');
    const connections = open();
    connect(connections, 'claude-code/telemetry');
    writeFileSync(file, text(file).replace('"OTEL_LOGS_EXPORTER": "otlp"', '"OTEL_LOGS_EXPORTER": "console"'));
    assert.deepEqual(connections.disconnect().left, [file]);
    assert.deepEqual(JSON.parse(text(file)), { env: { OTEL_LOGS_EXPORTER: 'console' } });
  });

  it('puts back nothing that its owner has taken out, and writes nothing at a start that changes nothing', () => {
    const file = put('.claude/settings.json', '{"env": {"OTEL_LOGS_EXPORTER": "otlp"}}');
    const connections = open();
    connect(connections, 'claude-code/telemetry');
    connect(connections, 'claude-code/hooks');
    const whole = text(file);
    const { ino } = statSync(file);
    open().refresh();
    assert.deepEqual([text(file), statSync(file).ino], [whole, ino]);
    const { hooks, ...rest } = JSON.parse(whole) as { hooks: Record<string, unknown> };
    const { PreToolUse: _, ...kept } = hooks;
    writeFileSync(file, JSON.stringify({ ...rest, hooks: kept }));
    connections.disconnect('claude-code/telemetry');
    assert.deepEqual(JSON.parse(text(file)), { env: { OTEL_LOGS_EXPORTER: 'otlp' }, hooks: kept });
    assert.deepEqual(connections.disconnect().left, []);
    assert.deepEqual(JSON.parse(text(file)), { env: { OTEL_LOGS_EXPORTER: 'otlp' } });
  });

  it('writes nothing but what was shown', () => {
    const file = put('.claude/settings.json', '{}');
    const connections = open();
    const shown = connections.preview('claude-code/hooks');
    writeFileSync(file, '{"model": "x"}');
    assert.throws(() => connections.connect('claude-code/hooks', shown?.digest ?? ''), ConnectionError);
    assert.equal(text(file), '{"model": "x"}');
    writeFileSync(file, '{"model": ');
    assert.throws(() => connections.preview('claude-code/hooks'), /left alone/);
    assert.equal(connections.preview('nobody/hooks'), undefined);
    assert.deepEqual(connected(connections), []);
    assert.equal(existsSync(launcherPath(state, 'linux')), false);
  });

  it('follows the service to another port and another version, but not over what its owner has changed', () => {
    const [claude, codex] = [put('.claude/settings.json', '{}'), put('.codex/config.toml', 'model = "x"\n')];
    const first = open();
    for (const id of ['claude-code/telemetry', 'codex/telemetry', 'claude-code/hooks']) connect(first, id);
    const hooks = nodeAt(readJson(text(claude)), ['hooks'])?.value;
    const before = otlp;
    otlp = 'http://127.0.0.1:20002/secret/otlp';
    const cli = join(temp, 'newer.js');
    open(cli).refresh();
    for (const file of [claude, codex]) assert.deepEqual([text(file).includes(before), text(file).includes(otlp)], [false, true]);
    assert.deepEqual(nodeAt(readJson(text(claude)), ['hooks'])?.value, hooks);
    assert.ok(text(launcherPath(state, 'linux')).includes(cli));
    const [kept] = [text(codex).replace('log_user_prompt = false', 'log_user_prompt = true')];
    writeFileSync(codex, kept);
    otlp = before;
    open(cli).refresh();
    assert.equal(text(codex), kept);
    assert.ok(text(claude).includes(before));
    writeFileSync(codex, kept.replace('true', 'false'));
    assert.deepEqual(open(cli).disconnect().left, []);
    assert.deepEqual([text(claude), text(codex)], ['{}', 'model = "x"\n']);
  });

  it('turns the telemetry of Copilot’s chat on in each editor that it was used in, follows the service, and gives the settings back', () => {
    const before = '{\n    // mine\n    "editor.fontSize": 13,\n    "github.copilot.chat.otel.captureContent": true\n}\n';
    const files = ['.config/Code/User', '.config/Code - Insiders/User'].map((user) => {
      put(`${user}/globalStorage/github.copilot-chat/x`, '');
      return put(`${user}/settings.json`, before);
    });
    const others = ['.config/VSCodium/User', '.vscode-server/data/User'].map((user) => put(`${user}/settings.json`, before));
    put('.vscode-server/data/User/globalStorage/github.copilot-chat/x', '');
    const connections = open();
    connect(connections, 'copilot/telemetry');
    const keys = ['enabled', 'exporterType', 'otlpEndpoint', 'captureContent'].map((name) => `github.copilot.chat.otel.${name}`);
    const values = (file: string) => keys.map((key) => nodeAt(readJson(text(file)), [key])?.value);
    for (const file of files) assert.deepEqual(values(file), [true, 'otlp-http', otlp, false]);
    for (const file of others) assert.equal(text(file), before);
    otlp = 'http://127.0.0.1:20002/secret/otlp';
    open().refresh();
    for (const file of files) assert.deepEqual(values(file), [true, 'otlp-http', otlp, false]);
    assert.deepEqual(open().disconnect().left, []);
    for (const file of files) assert.equal(text(file), before);
  });

  it('keeps that to this machine, and out of an editor that its owner was not shown', () => {
    put('.config/Code/User/globalStorage/github.copilot-chat/x', '');
    const file = put('.config/Code/User/settings.json', '{"settingsSync.ignoredSettings": ["editor.fontSize"]}');
    connect(open(), 'copilot/telemetry');
    const ignored = nodeAt(readJson(text(file)), ['settingsSync.ignoredSettings'])?.value as readonly string[];
    assert.deepEqual([ignored.length, ignored.includes('github.copilot.chat.otel.otlpEndpoint')], [5, true]);
    put('.config/Cursor/User/globalStorage/github.copilot-chat/x', '');
    const later = put('.config/Cursor/User/settings.json', '{}');
    otlp = 'http://127.0.0.1:20002/secret/otlp';
    open().refresh();
    assert.equal(text(later), '{}');
    assert.ok(text(file).includes(otlp));
    assert.deepEqual(open().disconnect().left, []);
    assert.equal(text(file), '{"settingsSync.ignoredSettings": ["editor.fontSize"]}');
  });

  it('offers Copilot’s chat in VS Code’s own settings where it was used in no editor yet', () => {
    const plan = open().preview('copilot/telemetry');
    assert.deepEqual(
      plan?.files.map(({ file, before }) => [file, before]),
      [[join(home, '.config/Code/User/settings.json'), null]],
    );
  });

  it('makes files of its own where an agent runs files, never over one that is there, and takes them away', () => {
    const mine = put('.cline/hooks/PostToolUse', '#!/bin/sh\nexit 0\n');
    assert.throws(
      () => open().preview('cline/hooks'),
      (error: unknown) => error instanceof ConnectionError && error.message.includes(mine),
    );
    rmSync(mine);
    connect(open(), 'cline/hooks');
    const files = ['PreToolUse', 'PostToolUse'].map((event) => join(home, '.cline/hooks', event));
    for (const file of files)
      assert.ok(text(file).startsWith('#!/bin/sh\n') && text(file).includes(launcherPath(state, 'linux')));
    open().refresh();
    assert.deepEqual(open().disconnect().left, []);
    assert.deepEqual(files.map(existsSync), [false, false]);
  });

  it('offers a plugin only beside one of the user’s own, and takes it out when that is gone', () => {
    writeFileSync(join(temp, 'built.js'), 'export {};');
    const isOffered = (): boolean =>
      open()
        .list()
        .some(({ id }) => id === 'opencode/plugin');
    assert.equal(isOffered(), false);
    put('.config/opencode/opencode.json', '{"plugin": []}');
    assert.equal(isOffered(), false);
    const before = '{"plugin": ["mine"]}';
    const file = put('.config/opencode/opencode.jsonc', before);
    connect(open(), 'opencode/plugin');
    const ours = join(state, 'bin', 'opencode-plugin.js');
    assert.equal(text(file), `{"plugin": ["mine", "${pathToFileURL(ours)}"]}`);
    assert.equal(text(ours), 'export {};');
    writeFileSync(join(temp, 'built.js'), 'export { };');
    open().refresh();
    assert.equal(text(ours), 'export { };');
    assert.deepEqual(connected(open()), ['opencode/plugin']);
    writeFileSync(file, `{"plugin": ["${pathToFileURL(ours)}"]}`);
    open().refresh();
    assert.deepEqual([text(file), existsSync(ours)], ['{"plugin": []}', false]);
    assert.deepEqual(connected(open()), []);
  });

  it('touches nothing where nothing is connected', () => {
    open().refresh();
    assert.deepEqual([existsSync(home), existsSync(join(state, 'bin'))], [false, false]);
  });

  it('goes to the folder that an agent was moved to', () => {
    const elsewhere = join(temp, 'elsewhere');
    const plan = open(undefined, { CODEX_HOME: elsewhere }).preview('codex/hooks');
    assert.deepEqual(
      plan?.files.map(({ file }) => file),
      [join(elsewhere, 'hooks.json')],
    );
  });
});
