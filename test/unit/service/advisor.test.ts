import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../../src/advisor/step.ts';
import type { Policy } from '../../../src/core/adviceNames.ts';
import type { AgentId, Observation, RequestKind } from '../../../src/core/request.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { adviceViewSchema } from '../../../src/protocol/state.ts';
import { Advisor } from '../../../src/service/advisor/advisor.ts';
import { readBook } from '../../../src/service/advisor/book.ts';
import { policyOf } from '../../../src/service/advisor/policyOf.ts';
import { ConnectionError, Connections } from '../../../src/service/connections/connections.ts';
import { catalog, day, minimax, minute, opus, price, Script } from '../advisor/scripted.ts';
import { Rig, secrets } from './rig.ts';

function observation(step: Step, at: number): Observation {
  const { agent, task, mode, modeKind, kind, provider, model, usage, billing, outcome } = step;
  return {
    source: 'sessions',
    keys: [`step:${at}`],
    at: step.at,
    agent,
    task,
    ...(mode !== '' && modeKind !== '' ? { mode: { name: mode, kind: modeKind } } : {}),
    kind,
    provider,
    model,
    usage,
    counted: 'reported',
    billing,
    outcome,
  };
}

describe('the advisor of the service', () => {
  let temp: string;
  let ledger: Ledger;
  let now: number;
  let policy: Policy;
  const open = () => Ledger.open(join(temp, 'ledger.db'), { price, now: () => now, zone: 'UTC' });
  const connections = () =>
    new Connections({
      target: () => ({
        places: { home: temp, env: {}, platform: 'linux' },
        stateFolder: temp,
        otlp: 'http://127.0.0.1:1/x/otlp',
      }),
      stateFolder: temp,
      platform: 'linux',
      program: { node: process.execPath, cli: join(temp, 'cli.js') },
      plugin: join(temp, 'plugin.js'),
      now: () => now,
    });
  const advisor = () =>
    new Advisor({
      ledger,
      price,
      catalog,
      now: () => now,
      policy: () => policy,
      places: { home: temp, env: {}, platform: 'linux' },
      settings: connections(),
      loops: () => new Map(),
      changed: () => {},
      problem: (what, error) => assert.fail(`${what}: ${String(error)}`),
    });

  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'spend-meter-advisor-'));
    policy = {};
    const script = new Script();
    for (let n = 0; n < 24; n++) {
      script.rest(3 * 60 * minute);
      script.task([{ model: opus, turns: 6 }], { agent: 'opencode' });
      script.rest(3 * 60 * minute);
      script.task([{ model: minimax, turns: 6 }], { agent: 'opencode' });
    }
    script.rest();
    now = script.at;
    ledger = open();
    ledger.observe(script.steps.map(observation));
  });

  afterEach(() => {
    ledger.close();
    rmSync(temp, { recursive: true, force: true });
  });

  const cards = (one: Advisor) => one.suggestions().filter(({ advice }) => advice?.state !== undefined);

  it('makes one card of what the ledger shows, and keeps the answer over a restart', async () => {
    const first = advisor();
    await first.look();
    const [card] = cards(first);
    assert.deepEqual([card?.what, card?.from, card?.to, card?.advice?.state], ['code', opus.model, minimax.model, 'open']);
    adviceViewSchema.parse({ suggestions: first.suggestions(), policy: first.table() });
    assert.ok(first.answer(card?.id ?? '', 'apply'));
    first.dispose();
    ledger.close();
    ledger = open();
    const again = advisor();
    assert.equal(cards(again)[0]?.advice?.state, 'applied');
    assert.ok(again.answer(card?.id ?? '', 'undo'));
    assert.equal(cards(again)[0]?.advice?.state, 'open');
    assert.equal(again.answer('nobody', 'apply'), undefined);
  });

  it('settles an applied card a week later and shows what came of it', async () => {
    const one = advisor();
    await one.look();
    one.answer(cards(one)[0]?.id ?? '', 'apply');
    now += 8 * 24 * 60 * minute;
    await one.look();
    const { advice } = cards(one)[0] ?? assert.fail();
    assert.deepEqual([advice?.state, advice?.settlement?.realised], ['settled', null]);
  });

  const folder = () => join(temp, '.config', 'opencode');
  const put = (name: string, text: string): string => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), name), text);
    return join(folder(), name);
  };
  const digest = (one: Advisor, id: string): string => {
    const how = one.howTo(id);
    return (how?.kind === 'set' ? how.digest : null) ?? assert.fail('it cannot be written');
  };
  const value = 'openrouter/minimax/minimax-m3';

  it('says which setting it is, and what it says now: in the file whose word counts', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const said = () => {
      const how = one.howTo(id);
      return how?.kind === 'set' && how.digest !== null ? how.settings : assert.fail();
    };
    const setting = (file: string, was: string | null) => [
      { file, format: 'json', path: ['agent', 'code', 'model'], value, was },
    ];
    assert.deepEqual(said(), setting(join(folder(), 'opencode.jsonc'), null));
    const lowest = put('config.json', '{"agent": {"code": {"model": "anthropic/z"}}}');
    assert.deepEqual(said(), setting(lowest, 'anthropic/z'));
    const json = put('opencode.json', '{}');
    assert.deepEqual(said(), setting(lowest, 'anthropic/z'));
    writeFileSync(lowest, '{}');
    assert.deepEqual(said(), setting(json, null));
    writeFileSync(json, '{"agent": {"code": {"model": "anthropic/y"}}}');
    const jsonc = put(
      'opencode.jsonc',
      '{ // my own\n "agent": { "code": { "model": "anthropic/x", }, }, "url": "https://a//b" }',
    );
    assert.deepEqual(said(), setting(jsonc, 'anthropic/x'));
    assert.equal(one.howTo('nobody'), undefined);
  });

  it('writes the setting when it is told to, and undo puts the file back as it was', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const before = '{\n  // mine\n  "theme": "dark"\n}\n';
    const file = put('opencode.json', before);
    one.answer(id, 'apply', digest(one, id));
    assert.match(readFileSync(file, 'utf8'), /\/\/ mine[\s\S]*"model": "openrouter\/minimax\/minimax-m3"/);
    assert.deepEqual(one.answer(id, 'undo'), []);
    assert.equal(readFileSync(file, 'utf8'), before);
    one.answer(id, 'apply');
    assert.equal(readFileSync(file, 'utf8'), before);
    one.answer(id, 'undo');
    writeFileSync(file, 'no JSON');
    const how = one.howTo(id);
    assert.ok(how?.kind === 'set' && how.digest === null);
    assert.throws(() => one.answer(id, 'apply', 'any'), ConnectionError);
    assert.deepEqual([cards(one)[0]?.advice?.state, readFileSync(file, 'utf8')], ['open', 'no JSON']);
  });

  it('writes nothing but what was shown', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const file = put('opencode.json', '{"agent": {"code": {"model": "anthropic/x"}}}');
    const shown = digest(one, id);
    const mine = '{"agent": {"code": {"model": "openai/y"}}}';
    writeFileSync(file, mine);
    assert.throws(() => one.answer(id, 'apply', shown), ConnectionError);
    assert.deepEqual([cards(one)[0]?.advice?.state, readFileSync(file, 'utf8')], ['open', mine]);
    // A file that has come to win over the one that was shown.
    const again = digest(one, id);
    put('opencode.jsonc', '{"agent": {"code": {"model": "anthropic/z"}}}');
    assert.throws(() => one.answer(id, 'apply', again), ConnectionError);
    one.answer(id, 'apply', digest(one, id));
    assert.equal(readFileSync(file, 'utf8'), mine);
    assert.throws(() => one.answer(id, 'apply', again), ConnectionError, 'it is applied already');
  });

  it('takes back what it wrote however the card stands, and tells what it could not', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const file = put('opencode.json', '{}\n');
    one.answer(id, 'apply', digest(one, id));
    now += 20 * 24 * 60 * minute;
    await one.look();
    now += 20 * 24 * 60 * minute;
    const [card] = cards(one);
    assert.deepEqual([card?.advice?.state, card?.advice?.written], ['settled', true]);
    assert.deepEqual(one.answer(id, 'undo'), []);
    assert.deepEqual([readFileSync(file, 'utf8'), cards(one).length], ['{}\n', 0]);
  });

  it('names the file in which somebody has put another model since', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const file = put('opencode.json', '{}\n');
    one.answer(id, 'apply', digest(one, id));
    writeFileSync(file, readFileSync(file, 'utf8').replace(value, 'mine/own'));
    assert.deepEqual(one.answer(id, 'undo'), [file]);
    assert.match(readFileSync(file, 'utf8'), /mine\/own/);
  });

  it('is undone to the byte beside a connection of the same file, whichever goes first, and with all of them', async () => {
    const mine = put('plugins.js', '');
    const before = `{\n\t// mine\n\t"plugin": ["file://${mine}"],\n}\n`;
    writeFileSync(join(temp, 'plugin.js'), '');
    for (const order of [['suggestion', 'connection'], ['connection', 'suggestion'], ['all']]) {
      for (const first of ['suggestion', 'connection']) {
        const file = put('opencode.json', before);
        const one = advisor();
        await one.look();
        const id = cards(one)[0]?.id ?? '';
        const all = connections();
        const make = {
          suggestion: () => one.answer(id, 'apply', digest(one, id)),
          connection: () => all.connect('opencode/plugin', all.preview('opencode/plugin')?.digest ?? ''),
        };
        make[first === 'suggestion' ? 'suggestion' : 'connection']();
        make[first === 'suggestion' ? 'connection' : 'suggestion']();
        // A start in between keeps both.
        all.refresh();
        assert.equal(all.written().size, 2);
        assert.ok(readFileSync(file, 'utf8').includes(value));
        for (const each of order) {
          if (each === 'suggestion') assert.deepEqual(one.answer(id, 'undo'), []);
          else if (each === 'connection') assert.deepEqual(all.disconnect('opencode/plugin').left, []);
          else assert.deepEqual(all.disconnect().left, []);
          assert.equal(readFileSync(file, 'utf8').includes(value), each === 'connection' && order[0] === 'connection');
        }
        assert.equal(readFileSync(file, 'utf8'), before, `${first} first, undone: ${order.join(', ')}`);
        one.answer(id, 'undo');
        assert.equal(existsSync(join(temp, 'bin')), false);
        one.dispose();
      }
    }
  });

  it('knows from the agent’s own setting that a mode ran on another model', async () => {
    const script = new Script(2);
    script.at = now - 60 * minute;
    script.task(
      [
        { model: opus, mode: 'plan', turns: 2 },
        { model: opus, mode: 'build', turns: 4 },
      ],
      { agent: 'kilo' },
    );
    ledger.observe(script.steps.map((step, n) => observation(step, 10_000 + n)));
    const drifts = async () => {
      const one = advisor();
      await one.look();
      return one.suggestions().filter(({ advice }) => advice?.rule === 'drift');
    };
    assert.deepEqual(await drifts(), []);
    mkdirSync(join(temp, '.config', 'kilo'), { recursive: true });
    const file = join(temp, '.config', 'kilo', 'kilo.json');
    writeFileSync(file, JSON.stringify({ agent: { build: { model: `${minimax.provider}/${minimax.model}` } } }));
    // Written today: what ran before it was as it was wanted then.
    assert.deepEqual(await drifts(), []);
    utimesSync(file, new Date(now - day), new Date(now - day));
    const [found] = await drifts();
    assert.deepEqual([found?.what, found?.from, found?.to, found?.requests], ['build', opus.model, minimax.model, 4]);
  });

  it('makes no card of what the agent has no setting for', async () => {
    let key = 20_000;
    const found = async (agent: AgentId, kind: RequestKind) => {
      policy = { code: { allow: 'never' } };
      const script = new Script(3, 8);
      for (let n = 0; n < 40; n++) {
        script.rest(2 * 60 * minute);
        script.task([{ model: opus, turns: 1, kind, size: 30 }], { agent });
      }
      now = script.at;
      ledger.observe(script.steps.map((step) => ({ ...observation(step, key++), task: `${agent}:${kind}:${step.task}` })));
      const one = advisor();
      await one.look();
      const mine = one.suggestions().filter((each) => each.what === kind && each.advice?.agent === agent);
      return mine.map(({ advice }) => advice?.state);
    };
    assert.deepEqual(await found('cline', 'summary'), [undefined]);
    assert.deepEqual(await found('claude-code', 'summary'), [undefined]);
    assert.deepEqual(await found('kilo', 'title'), ['open']);
  });

  it('shows what ran where, what may be offered and what was kept', async () => {
    policy = policyOf({ code: { allow: 'quiet' } }, { code: minimax.model });
    const one = advisor();
    await one.look();
    assert.deepEqual(cards(one), []);
    const [row] = one.table();
    assert.deepEqual([row?.agent, row?.about, row?.what, row?.allow], ['opencode', 'mode', 'code', 'quiet']);
    assert.deepEqual(row?.candidates, [minimax.model]);
    assert.deepEqual(
      row?.models.map(({ model, requests, kept, redone }) => [model, requests, kept, redone]),
      [
        [opus.model, 144, 24, 0],
        [minimax.model, 144, 24, 0],
      ],
    );
  });

  it('keeps the answers it can read, and nothing of nonsense', async () => {
    const one = advisor();
    await one.look();
    const kept = ledger.setting('advisor') as { cards: unknown[]; never: string[] };
    assert.equal(readBook({ cards: [{ state: 'open' }, ...kept.cards], never: ['code'] }).cards.length, 1);
    for (const nonsense of [undefined, null, 7, 'x', {}, { cards: {} }])
      assert.deepEqual(readBook(nonsense), { cards: [], never: [] });
  });
});

describe('the advisor through the API', function () {
  this.timeout(20_000);

  it('answers what could cost less and takes answers', async () => {
    const rig = await Rig.start();
    try {
      const call = async (method: string, path: string, body?: object) => {
        const answer = await fetch(`http://127.0.0.1:${rig.service.port}/api/${path}`, {
          method,
          headers: { authorization: `Bearer ${secrets.control}`, 'content-type': 'application/json' },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        return [answer.status, await answer.json()] as const;
      };
      const [status, view] = await call('GET', 'advice');
      assert.equal(status, 200);
      assert.deepEqual(adviceViewSchema.parse(view), { suggestions: [], policy: [] });
      assert.equal((await call('POST', 'advice', { id: 'nobody', action: 'apply' }))[0], 404);
      assert.equal((await call('POST', 'advice', { id: 'nobody', action: 'buy' }))[0], 400);
      assert.equal((await call('POST', 'advice/how', { id: 'nobody' }))[0], 404);
      assert.equal((await call('PUT', 'settings', { routing: { code: { allow: 'never' } } }))[0], 200);
      assert.equal((await call('PUT', 'settings', { routing: { code: { allow: 'always' } } }))[0], 400);
    } finally {
      await rig.dispose();
    }
  });

  it('tells of a task that goes round in circles what that has cost, for as long as it does', async () => {
    const rig = await Rig.start();
    try {
      const turn = async (history: readonly object[]) => {
        const asked = rig.ask('s1', { history });
        const provider = await rig.provider();
        provider.start({ input_tokens: 50_000 });
        provider.end(100);
        await (await asked).text();
      };
      const loops = async () => {
        const { suggestions } = adviceViewSchema.parse(await (await rig.api('GET', '/advice')).json());
        return suggestions.filter(({ advice }) => advice?.rule === 'loop');
      };
      /** A change of the policy makes the next look a fresh one. */
      const lookAgain = () => rig.api('PUT', '/settings', { routing: {} });
      const settled = (count: number) =>
        rig.until('all are over', async () => (await rig.requests()).filter(({ outcome }) => outcome === 'ok').length === count);
      const calls = (count: number) =>
        Array.from({ length: count }, (_, i) => [
          { role: 'assistant', content: [{ type: 'tool_use', id: `t${i}`, name: 'Bash', input: { command: 'npm test' } }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${i}`, content: 'failed' }] },
        ]).flat();
      await turn(calls(7));
      await settled(1);
      assert.deepEqual(await loops(), []);
      for (const count of [8, 9]) await turn(calls(count));
      await settled(3);
      await lookAgain();
      const [found, ...others] = await loops();
      assert.deepEqual([found?.requests, found?.advice?.task, found?.advice?.state, others], [2, 'claude-code:s1', 'open', []]);
      await turn([...calls(9), { role: 'user', content: 'do it another way' }]);
      await settled(4);
      await lookAgain();
      assert.deepEqual(
        (await loops()).map(({ advice }) => advice?.state),
        ['withdrawn'],
      );
    } finally {
      await rig.dispose();
    }
  });
});
