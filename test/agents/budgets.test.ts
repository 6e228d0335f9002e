import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, drawUsage, prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { claudeCode, cline, codex, copilot, gemini, kilo, opencode, qwen } from './clis.ts';

const never = new Promise<void>(() => {});

for (const cli of [claudeCode, codex, opencode, kilo, cline, copilot, gemini, qwen]) {
  describe(`${cli.name} under the user's hand`, function () {
    this.timeout(240_000);
    let bench: Bench;
    const turn = (...blocks: Block[]): Turn => ({ blocks, usage: drawUsage(bench.random, cli.family, false) });
    const call = (command: string): Block => ({ kind: 'call', command });
    const say = (words = 8): Block => ({ kind: 'text', text: prose(bench.random, words) });
    const main = async () => (await bench.requests()).filter(({ kind }) => kind === 'work');

    beforeEach(async () => {
      bench = await Bench.start(cli);
    });

    afterEach(async () => {
      await bench.stop();
    });

    it('waits while its request is held for a budget, and goes on as if nothing had been when that is raised', async () => {
      await bench.call('PUT', '/budgets', { scope: 'task', usd: '0.000001', action: 'ask' });
      bench.standIn.script(turn(say()));
      const running = bench.run({ prompt: 'Say a word.' });
      const held = await bench.until('a held request', async () =>
        (await bench.state()).alerts.find(({ kind }) => kind === 'held'),
      );
      assert.equal(bench.standIn.served.length, 0, 'something was sent before the answer');
      await bench.call('PUT', '/budgets', { scope: `task:${held.task}`, usd: '100', action: 'ask' });
      // Side requests of agents that give no id to them may stand alone: nothing is meant to hold those.
      await bench.call('PUT', '/budgets', { scope: 'task', usd: '100', action: 'ask' });
      const { code, output } = await running;
      assert.equal(code, 0, output);
      assert.ok(bench.standIn.served.length >= 1);
      assert.deepEqual(bench.standIn.rejected, []);
      assert.ok(!(await bench.requests()).some(({ outcome }) => outcome === 'refused'));
    });

    it('ends at its next request when it is stopped between two, and goes on when resumed', async () => {
      const { standIn, workspace } = bench;
      const [begun, done] = ['begun', 'done'].map((name) => join(workspace, name)) as [string, string];
      standIn.script(turn(say(), call(`touch ${begun}; sleep 3; touch ${done}`)), turn(say()));
      const running = bench.run({ prompt: 'Run it, then tell me.' });
      await bench.until('the tool runs', async () => existsSync(begun));
      const [row] = await bench.until('the first request is over', async () => {
        const rows = (await main()).filter(({ outcome }) => outcome === 'ok');
        return rows.length > 0 && rows;
      });
      const before = standIn.served.length;
      await bench.call('POST', `/tasks/${encodeURIComponent(row?.task ?? '')}/stop`);
      const { output } = await running;
      assert.match(output, /Spend Meter/);
      assert.equal(standIn.served.length, before, 'a paid request came after the stop');
      await bench.call('POST', `/tasks/${encodeURIComponent(row?.task ?? '')}/resume`);
      standIn.script(turn(say()));
      const resumed = await bench.run({ prompt: 'Go on.', resume: true });
      assert.equal(resumed.code, 0, resumed.output);
      assert.deepEqual(standIn.rejected, []);
    });

    it('is not left hanging when the service is killed in mid-answer, and its session goes on', async () => {
      const { standIn, random } = bench;
      let reached: (() => void) | undefined;
      const there = new Promise<void>((resolve) => {
        reached = resolve;
      });
      standIn.script(
        { ...turn({ kind: 'text', text: prose(random, 3) }), endless: { after: 20, reached: () => reached?.(), goOn: never } },
        // An agent that sends the same again is answered.
        ...Array.from({ length: 6 }, () => turn(say())),
      );
      const running = bench.run({ prompt: 'Talk on.' });
      await there;
      const [known] = await bench.until('its row', async () => {
        const rows = await main();
        return rows.length > 0 && rows;
      });
      await bench.killAndRestart();
      await running;
      const rows = await bench.requests();
      assert.equal(rows.filter(({ id }) => id === known?.id).length, 1, 'the cut request is there once');
      assert.notEqual(rows.find(({ id }) => id === known?.id)?.outcome, 'running');
      standIn.script(turn(say()));
      const resumed = await bench.run({ prompt: 'Go on.', resume: true });
      assert.equal(resumed.code, 0, resumed.output);
      assert.deepEqual(standIn.rejected, []);
    });
  });
}
