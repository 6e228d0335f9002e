import assert from 'node:assert/strict';
import { limitRowSchema } from '../../src/protocol/budget.ts';
import { type Block, drawUsage, prose, type Turn } from '../standIn/turn.ts';
import { Bench } from './bench.ts';
import { type Cli, claudeCode, cline, codex, copilot, gemini, kilo, opencode, qwen } from './clis.ts';

interface Case {
  readonly cli: Cli;
  /** The agent's own tool that starts another, and what it is given. */
  readonly tool: string;
  readonly input: (prompt: string) => object;
  /** It goes on itself while the others work. */
  readonly goesOn?: boolean;
}

/** With a model that does not think unseen: of one that does a whole answer is kept back for each of them. */
const plainCodex: Cli = {
  ...codex,
  command: (run, to) => {
    const { argv, env } = codex.command(run, to);
    return { argv: argv.map((word) => (word === 'gpt-5.3-codex' ? 'gpt-4.1' : word)), env };
  },
};

const described = (prompt: string): object => ({ description: 'Look at files', prompt });

const cases: readonly Case[] = [
  {
    cli: claudeCode,
    tool: 'Agent',
    input: (prompt) => ({ ...described(prompt), subagent_type: 'general-purpose' }),
    goesOn: true,
  },
  { cli: plainCodex, tool: 'multi_agent_v1.spawn_agent', input: (message) => ({ message }), goesOn: true },
  { cli: opencode, tool: 'task', input: (prompt) => ({ ...described(prompt), subagent_type: 'general' }) },
  { cli: kilo, tool: 'task', input: (prompt) => ({ ...described(prompt), subagent_type: 'general' }) },
  { cli: cline, tool: 'spawn_agent', input: (task) => ({ systemPrompt: 'You look at files.', task }) },
  { cli: copilot, tool: 'task', input: (prompt) => ({ ...described(prompt), agent_type: 'general-purpose', name: 'looker' }) },
  { cli: gemini, tool: 'invoke_agent', input: (prompt) => ({ agent_name: 'generalist', prompt }) },
  { cli: qwen, tool: 'agent', input: (prompt) => ({ ...described(prompt), subagent_type: 'general-purpose' }), goesOn: true },
];

for (const { cli, tool, input, goesOn } of cases) {
  describe(`${cli.name} with three sub-agents at once`, function () {
    this.timeout(240_000);
    let bench: Bench;

    beforeEach(async () => {
      bench = await Bench.start(cli);
    });

    afterEach(async () => {
      await bench.stop();
    });

    it('passes a budget of its task with none of them, is left hanging by none, and goes on when that is raised', async () => {
      const { standIn, random } = bench;
      const turn = (...blocks: Block[]): Turn => ({ blocks, usage: drawUsage(random, cli.family, false) });
      const say = (): Block => ({ kind: 'text', text: prose(random, 4) });
      const use = (prompt: string): Block => ({ kind: 'call', command: '', use: { name: tool, input: input(prompt) } });
      const atOnce = goesOn ? 4 : 3;
      let streaming = 0;
      let letOn: (() => void) | undefined;
      const goOn = new Promise<void>((resolve) => {
        letOn = resolve;
      });
      const endless = (): Turn => ({ ...turn(say()), endless: { after: 20, reached: () => void streaming++, goOn } });
      await bench.call('PUT', '/budgets', { scope: 'task', tokens: 10_000_000, action: 'stop' });
      const others = ['Look at the files left of here.', 'Look at the files right of here.', 'Look at the files above.'];
      standIn.script(turn(say(), ...others.map(use)), ...Array.from({ length: atOnce }, endless));
      const running = bench.run({ prompt: 'Let three others look.' });
      await bench.until('all of them at once', async () => streaming === atOnce);
      const task = (await bench.tasks()).find(({ parent }) => !parent)?.id ?? '';
      const limits = async () =>
        limitRowSchema.array().parse(await bench.call('GET', `/tasks/${encodeURIComponent(task)}/limits`));
      const [before] = await limits();
      // Where the provider tells the prompt's size at the end only, some hundredths of it are kept back until then.
      const limit = Math.ceil(Number(before?.spent) * 1.03) + 900;
      await bench.call('PUT', '/budgets', { scope: `task:${task}`, tokens: limit, action: 'stop' });
      assert.ok(!(await bench.tasks()).some(({ state }) => state === 'stopped'), 'it was stopped with room left');
      const paid = standIn.served.length;
      letOn?.();
      const { output } = await running;
      assert.match(output, /Spend Meter/);
      assert.equal(standIn.served.length, paid, 'a paid request came after the stop');
      const rows = await bench.until('every row is settled', async () => {
        const all = await bench.requests();
        return all.every(({ outcome }) => outcome !== 'running') && all;
      });
      assert.equal(rows.filter(({ outcome }) => outcome === 'cut').length, atOnce);
      const [after] = await limits();
      const over = Number(after?.spent) - limit;
      assert.ok(over <= Math.max(50, limit / 100), `passed by ${over} tokens`);
      // All of it was used but what is kept back for each of them.
      assert.ok(Number(after?.spent) > Number(before?.spent) + 400, `${after?.spent} of ${limit}`);
      await bench.call('PUT', '/budgets', { scope: `task:${task}`, tokens: 10_000_000, action: 'stop' });
      assert.ok(!(await bench.tasks()).some(({ state }) => state === 'stopped'), 'the raised budget freed not all');
      standIn.script(turn(say()), turn(say()));
      const resumed = await bench.run({ prompt: 'Go on.', resume: true });
      assert.equal(resumed.code, 0, resumed.output);
      assert.deepEqual(standIn.rejected, []);
    });
  });
}
