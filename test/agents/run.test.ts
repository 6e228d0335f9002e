import assert from 'node:assert/strict';
import { drawUsage, prose } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, gemini, qwen } from './clis.ts';
import { equalsServed } from './compare.ts';

/** Codex and Gemini CLI are started so in every other test here. */
const qwenRun: Cli = {
  ...qwen,
  command(run, to) {
    const { argv, env } = qwen.command(run, to);
    const { OPENAI_BASE_URL: _, ...own } = env;
    return { argv: [process.execPath, to.cliPath, 'run', '--', ...argv], env: own };
  },
};

describe('spend-meter run', function () {
  this.timeout(240_000);
  let bench: Bench;

  afterEach(async () => {
    await bench?.stop();
  });

  it('starts Qwen Code guarded', async () => {
    bench = await Bench.start(qwenRun);
    const { standIn, random } = bench;
    standIn.script({ blocks: [{ kind: 'text', text: prose(random, 8) }], usage: drawUsage(random, 'openai', false) });
    const { code, output } = await bench.run({ prompt: 'Say a word.' });
    assert.equal(code, 0, output);
    const rows = await bench.until('every row is settled', async () => {
      const all = await bench.requests();
      return all.length >= standIn.served.length && all.every(({ outcome }) => outcome === 'ok') && all;
    });
    assert.ok(rows.every(({ agent, source }) => agent === 'qwen-code' && source === 'gateway'));
    equalsServed(rows, standIn.served);
  });

  it('says what to choose where Gemini CLI would not start with another address, and starts nothing', async () => {
    // The meter's folder is below one that everybody may write to: Gemini CLI would take no settings from there.
    bench = await Bench.start({ ...gemini, settings: {} });
    const { code, output } = await bench.run({ prompt: 'Say a word.' });
    assert.equal(code, 1, output);
    assert.match(output, /^spend-meter run: .*\/auth/);
    assert.deepEqual(await bench.requests(), []);
  });
});
