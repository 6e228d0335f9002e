import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { agentById } from '../../src/agents/registry.ts';
import type { ModelSetting } from '../../src/agents/routing.ts';
import { drawUsage, prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, claudeCode, codex, kilo, opencode } from './clis.ts';

/** The agent as its user starts it: no model on the command line, so that its own setting holds. */
function withoutModel(cli: Cli, extra: readonly string[] = []): Cli {
  return {
    ...cli,
    command(run, to) {
      const { argv, env } = cli.command(run, to);
      const at = argv.findIndex((word) => word === '-m' || word === '--model');
      const rest = at < 0 ? argv : [...argv.slice(0, at), ...extra, ...argv.slice(at + 2)];
      return { argv: rest, env };
    },
  };
}

/** What the mechanism for settings does, at its plainest. */
function write({ files, format, path, value }: ModelSetting): void {
  const [file = ''] = files;
  mkdirSync(dirname(file), { recursive: true });
  const text =
    format === 'toml'
      ? `${path.join('.')} = ${JSON.stringify(value)}\n`
      : JSON.stringify([...path].reverse().reduce<unknown>((inner, name) => ({ [name]: inner }), value));
  writeFileSync(file, text);
}

const anthropic = { provider: 'anthropic', model: 'claude-haiku-4-5' };
const cases = [
  { cli: withoutModel(claudeCode), what: 'default', to: anthropic },
  { cli: withoutModel(opencode), what: 'build', to: anthropic },
  { cli: withoutModel(kilo), what: 'code', to: anthropic },
  { cli: withoutModel(codex, ['--profile', 'cheaper']), what: 'default', to: { provider: 'openai', model: 'gpt-5-mini' } },
] as const;

for (const { cli, what, to } of cases) {
  describe(`${cli.name} and the setting of its own that names a model`, function () {
    this.timeout(240_000);

    it('asks for that model once it is set', async () => {
      const bench = await Bench.start(cli);
      try {
        const turn = (): Turn => ({
          blocks: [{ kind: 'text', text: prose(bench.random, 12) }],
          usage: drawUsage(bench.random, cli.family, false),
        });
        const models = async () => {
          const rows = await bench.until('the answers are settled', async () => {
            const all = await bench.requests();
            return all.length >= bench.standIn.served.length && all.every(({ outcome }) => outcome === 'ok') && all;
          });
          return rows.filter(({ kind }) => kind === 'work').map(({ model }) => model);
        };
        bench.standIn.script(turn());
        const before = await bench.run({ prompt: 'Take the first step.' });
        if (cli.agent !== 'codex') assert.equal(before.code, 0, before.output);
        assert.ok((await models()).every((model) => !model.startsWith(to.model)));
        const home = join(bench.workspace, '..', 'home');
        const routing = agentById(cli.agent).routing?.(
          { about: 'mode', what, ...to },
          { home, env: {}, platform: process.platform },
        );
        assert.equal(routing?.kind, 'set');
        for (const setting of routing?.kind === 'set' ? routing.settings : []) write(setting);
        bench.standIn.script(turn());
        const after = await bench.run({ prompt: 'Take the next step.' });
        assert.equal(after.code, 0, after.output);
        assert.ok(
          (await models()).some((model) => model.startsWith(to.model)),
          (await models()).join(),
        );
      } finally {
        await bench.stop();
      }
    });
  });
}

/** What an agent of the core makes of its settings files: its own words. */
async function effective(command: string, folder: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(command, ['debug', 'config'], {
    cwd: folder,
    env: { HOME: folder, PATH: `${process.env.SPEND_METER_AGENTS}${delimiter}${process.env.PATH}`, NO_PROXY: '127.0.0.1' },
  });
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

for (const id of ['opencode', 'kilo'] as const) {
  describe(`which of several settings files wins in ${id}`, function () {
    this.timeout(240_000);

    it('is the first of those that are named, then the next', async () => {
      const home = mkdtempSync(join(tmpdir(), 'spend-meter-precedence-'));
      try {
        const routing = agentById(id).routing?.(
          { about: 'mode', what: 'build', ...anthropic },
          { home, env: {}, platform: process.platform },
        );
        const [setting] = routing?.kind === 'set' ? routing.settings : [];
        const files = setting?.files ?? assert.fail();
        assert.ok(setting?.fresh && files.includes(setting.fresh));
        mkdirSync(dirname(setting.fresh), { recursive: true });
        for (const file of files)
          writeFileSync(file, JSON.stringify({ agent: { build: { model: `anthropic/${basename(file)}` } } }));
        for (const file of files) {
          const config = (await effective(id, home)) as { readonly agent?: { readonly build?: { readonly model?: string } } };
          assert.equal(config.agent?.build?.model, `anthropic/${basename(file)}`);
          rmSync(file);
        }
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    });
  });
}
