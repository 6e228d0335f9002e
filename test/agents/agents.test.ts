import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { usage } from '../../src/core/usage.ts';
import { type Block, type BlockKind, drawUsage, prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { claudeCode, cline, codex, copilot, gemini, kilo, opencode, qwen } from './clis.ts';
import { equalsServed } from './compare.ts';

const never = new Promise<void>(() => {});

for (const cli of [claudeCode, codex, opencode, kilo, cline, copilot, gemini, qwen]) {
  describe(`${cli.name} through the gateway`, function () {
    this.timeout(240_000);
    let bench: Bench;
    const turn = (...blocks: Block[]): Turn => ({
      blocks,
      usage: drawUsage(
        bench.random,
        cli.family,
        blocks.some(({ kind }) => kind === 'thinking'),
      ),
    });
    const call = (name: string): Block => ({ kind: 'call', command: `touch ${join(bench.workspace, name)}` });
    const say = (words = 12): Block => ({ kind: 'text', text: prose(bench.random, words) });

    before(async () => {
      bench = await Bench.start(cli);
    });

    afterEach(function () {
      if (this.currentTest?.state !== 'failed') return;
      console.log(
        'served',
        bench.standIn.served.map(({ id, side, whole, usage }) => ({ id, side, whole, output: usage.output })),
      );
      console.log(
        'rejected',
        bench.standIn.rejected.map(({ status, message, path }) => ({ status, message, path })),
      );
    });

    after(async () => {
      await bench?.stop();
    });

    it('is in the ledger exactly as it was served, once, also when its own record has been read', async () => {
      const seen = bench.until('a running request with its prompt counted', async () => {
        const rows = await bench.requests();
        return rows.find(({ outcome, promptTokens, kind }) => outcome === 'running' && promptTokens > 500 && kind === 'work');
      });
      bench.standIn.script(
        { ...turn(say(), call('first')), hold: seen.then(() => {}) },
        turn({ kind: 'thinking', text: prose(bench.random, 9) }, say()),
      );
      const ended = await bench.run({ prompt: 'Take the first step.' });
      assert.equal(ended.code, 0, ended.output);
      assert.equal((await seen).agent, cli.agent);
      assert.ok(existsSync(join(bench.workspace, 'first')), 'the call was not run');
      assert.deepEqual(bench.standIn.rejected, []);
      const own = await bench.until('its own record was read', async () => {
        const { scan } = await bench.state();
        return scan.agents.includes(cli.agent) && scan.done && scan;
      });
      assert.deepEqual(own.skipped, []);
      const rows = await bench.until('every row is settled', async () => {
        const all = await bench.requests();
        return all.length >= bench.standIn.served.length && all.every(({ outcome }) => outcome === 'ok') && all;
      });
      equalsServed(rows, bench.standIn.served);
      assert.equal(rows.length, bench.standIn.served.length);
      const tasks = (await bench.tasks()).filter(({ parent }) => parent === undefined);
      assert.equal(tasks.length, 1, JSON.stringify(tasks.map(({ id }) => id)));
    });

    if (cli === kilo) {
      it('shows both modes and the change between them, when a run goes from plan to code', async () => {
        bench.standIn.script(turn(say()));
        assert.equal((await bench.run({ prompt: 'Plan it.', mode: 'plan' })).code, 0);
        bench.standIn.script(turn(say()));
        assert.equal((await bench.run({ prompt: 'Now do it.', mode: 'code', resume: true })).code, 0);
        const task = await bench.until('a task that went from plan to code', async () =>
          (await bench.tasks()).find(({ transitions }) => transitions.some(({ from, to }) => from === 'plan' && to === 'code')),
        );
        assert.equal(task.modeKind, 'code');
        const kinds = new Set((await bench.requests()).filter((row) => row.task === task.id).map(({ modeKind }) => modeKind));
        assert.ok(kinds.has('architect') && kinds.has('code'), [...kinds].join());
      });
    }

    if (cli === cline) {
      it('counts a sub-agent once, as a task of its own under the one that started it', async () => {
        const before = bench.standIn.served.length;
        const use = { name: 'spawn_agent', input: { systemPrompt: 'You look at files.', task: 'Look around.' } };
        bench.standIn.script(
          turn(say(), { kind: 'call', command: '', use }),
          turn(call('by-sub-agent')),
          turn(say()),
          turn(say()),
        );
        const { code, output } = await bench.run({ prompt: 'Let someone else look.' });
        assert.equal(code, 0, output);
        assert.ok(existsSync(join(bench.workspace, 'by-sub-agent')), 'the sub-agent did nothing');
        const served = bench.standIn.served.slice(before);
        assert.equal(served.length, 4);
        const child = await bench.until('the sub-agent under its task', async () =>
          (await bench.tasks()).find(
            ({ id, parent, requests }) => id.includes('__agent_') && parent !== undefined && requests === 2,
          ),
        );
        const rows = await bench.until('its rows and those of its task', async () => {
          const tree = (await bench.requests()).filter(({ task }) => task === child.id || task === child.parent);
          return tree.length === 4 && tree.every(({ outcome }) => outcome === 'ok') && tree;
        });
        equalsServed(rows, served);
      });

      it('tells its plan mode in the prompt and in its own record alike, and both are one row of the same task', async () => {
        bench.standIn.script(turn(say()));
        const before = new Set((await bench.requests()).map(({ id }) => id));
        assert.equal((await bench.run({ prompt: 'Plan the whole of it.', mode: 'plan' })).code, 0);
        const row = await bench.until('a row in the task that Cline itself names', async () => {
          const fresh = (await bench.requests()).filter(({ id, outcome }) => !before.has(id) && outcome === 'ok');
          return fresh.length === 1 && /^cline:\d{13}_/.test(fresh[0]?.task ?? '') && fresh[0];
        });
        assert.deepEqual([row.mode, row.modeKind, row.source], ['plan', 'architect', 'gateway']);
      });
    }

    for (const kind of cli.blocks) stopsIn(kind);

    function stopsIn(kind: BlockKind): void {
      it(`ends by itself when it is stopped somewhere in a ${kind} block, pays nothing more, and goes on when resumed`, async () => {
        const { standIn, random } = bench;
        const marker = `cut-${kind}`;
        let reached: (() => void) | undefined;
        const there = new Promise<void>((resolve) => {
          reached = resolve;
        });
        const last: Block = kind === 'call' ? call(marker) : { kind, text: prose(random, 3) };
        standIn.script({
          ...turn(...(random.int(0, 1) ? [say()] : []), last),
          endless: { after: random.int(3, 60), reached: () => reached?.(), goOn: never },
        });
        const running = bench.run({ prompt: `Go on until you are stopped in a ${kind} block.` });
        await Promise.race([there, running.then(({ output }) => assert.fail(`it ended before it was stopped: ${output}`))]);
        const task = await bench.until('the running task', async () =>
          (await bench.requests()).find(({ outcome, kind: sort }) => outcome === 'running' && sort === 'work'),
        );
        const before = standIn.served.length;
        const answer = (await bench.call('POST', `/tasks/${encodeURIComponent(task.task)}/stop`)) as { cutRequests: number };
        assert.equal(answer.cutRequests >= 1, true);
        const { output } = await running;
        await standIn.until(() => standIn.served.slice(0, before).every((one) => one.whole || one.left !== undefined));
        assert.match(output, /Spend Meter/, output);
        assert.equal(standIn.served.length, before, 'a paid request came after the stop');
        assert.equal(existsSync(join(bench.workspace, marker)), false, 'a call that was cut was run');
        const cut = (await bench.requests()).find(({ id }) => id === task.id);
        assert.deepEqual([cut?.outcome, cut?.basis], ['cut', 'estimated']);

        await bench.call('POST', `/tasks/${encodeURIComponent(task.task)}/resume`);
        standIn.script(turn(call(`resumed-${kind}`)), turn(say()));
        const resumed = await bench.run({ prompt: 'Go on.', resume: true });
        assert.deepEqual(standIn.rejected, [], 'the cut session is not what the provider takes');
        assert.equal(resumed.code, 0, resumed.output);
        assert.ok(readdirSync(bench.workspace).includes(`resumed-${kind}`), 'the resumed session did nothing');
      });
    }
  });

  describe(`${cli.name} with a budget`, function () {
    this.timeout(120_000);
    let bench: Bench;

    before(async () => {
      bench = await Bench.start(cli);
    });

    after(async () => {
      await bench?.stop();
    });

    it('is stopped in mid-answer, shows its user why, and sends nothing more that is paid', async () => {
      const { standIn, random } = bench;
      // Answers are reckoned short, so that something is left to be cut.
      await bench.call('PUT', '/settings', { maxOutputTokens: 50 });
      await bench.call('PUT', '/budgets', { scope: 'task', usd: cli.budget, action: 'stop' });
      standIn.script({
        blocks: [{ kind: 'text', text: prose(random, 3) }],
        usage: usage({ uncachedInput: 40_000, output: 400 }),
        endless: { after: Number.POSITIVE_INFINITY, reached: () => {}, goOn: never },
      });
      const { output } = await bench.run({ prompt: 'Write and write.' });
      const paid = standIn.served.filter(({ side }) => !side);
      assert.equal(paid.length, 1, output);
      assert.ok(paid[0]?.left !== undefined, 'the answer was not cut');
      assert.match(output, /budget/);
      const [task] = (await bench.tasks()).filter(({ state }) => state === 'stopped');
      assert.ok(task, 'no task is stopped');
      // What may still pass before a cut takes hold is kept back from the limit.
      assert.notEqual(task.budget, 'ok');
    });
  });
}
