import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../../src/advisor/step.ts';
import { AgentSettings } from '../../../src/agentSettings/settings.ts';
import type { Policy } from '../../../src/core/adviceNames.ts';
import type { Observation } from '../../../src/core/request.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { adviceViewSchema } from '../../../src/protocol/state.ts';
import { Advisor } from '../../../src/service/advisor/advisor.ts';
import { readBook } from '../../../src/service/advisor/book.ts';
import { policyOf } from '../../../src/service/advisor/policyOf.ts';
import { catalog, minimax, minute, opus, price, Script } from '../advisor/scripted.ts';
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
  const advisor = () =>
    new Advisor({
      ledger,
      price,
      catalog,
      now: () => now,
      policy: () => policy,
      places: { home: temp, env: {}, platform: 'linux' },
      agentSettings: new AgentSettings(join(temp, 'agent-settings.json'), () => now),
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
    assert.equal(again.answer('nobody', 'apply'), false);
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

  it('says which setting it is, and what it says now', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const path = ['agent', 'code', 'model'];
    const file = join(temp, '.config', 'opencode', 'opencode.json');
    const value = 'openrouter/minimax/minimax-m3';
    assert.deepEqual(one.howTo(id), { kind: 'set', writes: true, settings: [{ file, format: 'json', path, value, was: null }] });
    mkdirSync(join(temp, '.config', 'opencode'), { recursive: true });
    const jsonc = `${file}c`;
    writeFileSync(jsonc, '{ // my own\n "agent": { "code": { "model": "anthropic/x", }, }, "url": "https://a//b" }');
    assert.deepEqual(one.howTo(id), {
      kind: 'set',
      writes: true,
      settings: [{ file: jsonc, format: 'json', path, value, was: 'anthropic/x' }],
    });
    assert.equal(one.howTo('nobody'), undefined);
  });

  it('writes the setting when it is told to, and undo puts the file back as it was', async () => {
    const one = advisor();
    await one.look();
    const id = cards(one)[0]?.id ?? '';
    const file = join(temp, '.config', 'opencode', 'opencode.json');
    const before = '{\n  // mine\n  "theme": "dark"\n}\n';
    mkdirSync(join(temp, '.config', 'opencode'), { recursive: true });
    writeFileSync(file, before);
    one.answer(id, 'apply', true);
    const after = readFileSync(file, 'utf8');
    assert.match(after, /\/\/ mine[\s\S]*"model": "openrouter\/minimax\/minimax-m3"/);
    one.answer(id, 'undo');
    assert.equal(readFileSync(file, 'utf8'), before);
    one.answer(id, 'apply');
    assert.equal(readFileSync(file, 'utf8'), before);
    one.answer(id, 'undo');
    writeFileSync(file, 'no JSON');
    assert.throws(() => one.answer(id, 'apply', true), /left alone/);
    assert.deepEqual([cards(one)[0]?.advice?.state, readFileSync(file, 'utf8')], ['open', 'no JSON']);
    assert.ok(one.howTo(id)?.kind === 'set');
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
    writeFileSync(
      join(temp, '.config', 'kilo', 'kilo.json'),
      JSON.stringify({ agent: { build: { model: `${minimax.provider}/${minimax.model}` } } }),
    );
    const [found] = await drifts();
    assert.deepEqual([found?.what, found?.from, found?.to, found?.requests], ['build', opus.model, minimax.model, 4]);
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
});
