import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guardCommand } from '../../src/agents/registry.ts';
import { type Block, drawUsage, prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, claudeCode, cline, codex, copilot, gemini, kilo, opencode, qwen } from './clis.ts';

interface Case {
  readonly cli: Cli;
  /** Settings that the user has already. */
  readonly settings: Readonly<Record<string, string>>;
  /** It asks before a prompt. */
  readonly asksBefore?: false;
  /** It asks also while it works. */
  readonly asksBetween: boolean;
  /** Arguments behind the program's name. */
  readonly args?: readonly string[];
}

const cases: readonly Case[] = [
  { cli: claudeCode, asksBetween: true, settings: { '.claude/settings.json': '{\n    "cleanupPeriodDays": 20\n}' } },
  {
    cli: codex,
    asksBetween: false,
    settings: { '.codex/config.toml': '# mine\r\nfile_opener = "none"\r\n' },
    // A person says so once, in its own question.
    args: ['--dangerously-bypass-hook-trust'],
  },
  { cli: gemini, asksBetween: true, settings: gemini.settings ?? {} },
  { cli: copilot, asksBetween: false, settings: { '.copilot/hooks/mine.json': '{ "hooks": {} }\n' } },
  {
    cli: qwen,
    asksBetween: false,
    settings: { '.qwen/settings.json': '{\n\t"$version": 4,\n\t// mine\n\t"ui": { "hideTips": true }\n}\n' },
  },
  { cli: cline, asksBefore: false, asksBetween: true, settings: { '.cline/hooks/TaskStart': '#!/bin/sh\nexit 0\n' } },
  // A plugin of the user's own, without which ours is not offered; and npm told not to try for a minute what cannot be had here.
  {
    cli: opencode,
    asksBetween: true,
    settings: {
      '.config/opencode/opencode.json': '{ "$schema": "https://opencode.ai/config.json", "plugin": ["./own.js"] }\n',
      '.config/opencode/own.js': 'export const Own = async () => ({});\n',
      '.npmrc': 'fetch-retries=0\nfetch-timeout=500\n',
    },
  },
  {
    cli: kilo,
    asksBetween: true,
    settings: {
      '.config/kilo/kilo.jsonc':
        '{\n  "$schema": "https://app.kilo.ai/config.json",\n  // mine\n  "plugin": [\n    "./own.js",\n  ],\n  "permission": { "bash": "allow" },\n}\n',
      '.config/kilo/own.js': 'export const Own = async () => ({});\n',
      '.npmrc': 'fetch-retries=0\nfetch-timeout=500\n',
    },
  },
];

/** Started as its user would without the meter: it goes to its provider. */
function unguarded({ cli, args = [] }: Case, providers: () => Readonly<Record<string, string>>): Cli {
  const { setUp } = cli;
  return {
    ...cli,
    ...(setUp ? { setUp: () => setUp({ baseUrls: providers() }) } : {}),
    command: (run, { cliPath }) => {
      const { argv, env } = cli.command(run, { baseUrls: providers(), cliPath });
      const [word = '', ...rest] = argv.slice(argv.indexOf('--') + 1);
      const launch = guardCommand([word, ...args, ...rest], providers());
      return { argv: launch.argv, env: { ...launch.env, ...env } };
    },
  };
}

for (const one of cases) {
  const { cli, settings, asksBefore = true, asksBetween } = one;

  describe(`${cli.name}, not guarded, with our hooks`, function () {
    this.timeout(240_000);
    let bench: Bench;
    /** Older tasks are none of this test's. */
    let since = 0;
    const turn = (...blocks: Block[]): Turn => ({ blocks, usage: drawUsage(bench.random, cli.family, false) });
    const call = (command: string): Block => ({ kind: 'call', command });
    const say = (): Block => ({ kind: 'text', text: prose(bench.random, 8) });
    const files = (): Record<string, string> =>
      Object.fromEntries(Object.keys(settings).map((name) => [name, readFileSync(join(bench.home, name), 'utf8')]));
    /** The task, once the meter has read of it. */
    const task = () =>
      bench.until('its task', async () => {
        const all = (await bench.tasks()).filter((each) => each.agent === cli.agent && !each.parent && each.lastAt > since);
        return all.sort((a, b) => b.lastAt - a.lastAt)[0]?.id;
      });
    const tell = async (what: 'stop' | 'resume'): Promise<void> => {
      await bench.call('POST', `/tasks/${encodeURIComponent(await task())}/${what}`);
    };

    before(async () => {
      // What is built on the AI SDK has the version in its base URL.
      const version = cli === opencode || cli === kilo ? '/v1' : '';
      bench = await Bench.start(
        unguarded(one, () => ({ ...bench.providers, anthropic: `${bench.providers.anthropic}${version}` })),
      );
      for (const [name, text] of Object.entries(settings)) {
        const file = join(bench.home, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      const { code, output } = await bench.spendMeter('connect', cli.agent, '--yes');
      assert.equal(code, 0, output);
    });

    after(async () => {
      await bench?.stop();
    });

    it('works as it did', async () => {
      bench.standIn.script(turn(call('touch first')), turn(say()));
      const { code, output } = await bench.run({ prompt: 'Run it, then tell me.' });
      assert.equal(code, 0, output);
      assert.ok(existsSync(join(bench.workspace, 'first')), output);
      assert.equal(bench.standIn.left, 0);
    });

    if (asksBefore)
      it('ends before its next prompt when its task was stopped, and takes it up when it is resumed', async () => {
        const { standIn } = bench;
        await tell('stop');
        const before = standIn.served.length;
        standIn.script(turn(say()), turn(say()), turn(say()));
        await bench.run({ prompt: 'Go on.', resume: true });
        const paid = standIn.served.slice(before).map(({ model }) => model);
        assert.equal(standIn.left, 3, `it sent something that is paid: ${paid.join()}`);
        await tell('resume');
        standIn.script(turn(say()));
        const { code, output } = await bench.run({ prompt: 'Go on.', resume: true });
        assert.equal(code, 0, output);
        assert.equal(standIn.left, 0);
      });

    if (asksBetween) {
      it('ends at its tool when its task is stopped while it works', async () => {
        const { standIn, workspace } = bench;
        const [begun, done, next] = ['begun', 'done', 'next'].map((name) => join(workspace, name)) as [string, string, string];
        standIn.script(turn(call(`touch ${begun}; sleep 4; touch ${done}`)), turn(call(`touch ${next}`)), turn(say()));
        // Cline resumes in a terminal only, where nobody is told that it has ended.
        const resume = cli !== cline;
        if (!resume) since = Date.now();
        const running = bench.run({ prompt: 'Run both.', resume });
        await bench.until('the tool runs', async () => existsSync(begun));
        await tell('stop');
        const { output } = await running;
        assert.ok(existsSync(done), output);
        assert.ok(!existsSync(next), output);
        assert.equal(standIn.left, 2, 'it went on');
        await tell('resume');
        if (resume) return;
        standIn.script(turn(call(`touch ${next}`)), turn(say()));
        const resumed = await bench.run({ prompt: 'Go on.', resume: true });
        assert.equal(resumed.code, 0, resumed.output);
        assert.ok(existsSync(next), resumed.output);
        assert.deepEqual(standIn.rejected, []);
      });
    }

    it('goes on as if there were no meter when the service is gone, and has its files as before when disconnected', async () => {
      await bench.kill();
      bench.standIn.script(turn(call('touch last')), turn(say()));
      const { code, output } = await bench.run({ prompt: 'Run it.', resume: true });
      assert.equal(code, 0, output);
      assert.ok(existsSync(join(bench.workspace, 'last')), output);
      assert.equal(bench.standIn.left, 0);
      const undone = await bench.spendMeter('connect', '--undo');
      assert.equal(undone.code, 0, undone.output);
      assert.deepEqual(files(), settings);
      assert.ok(!readdirSync(join(bench.home, '..', 'data')).includes('bin'));
    });
  });
}
