import assert from 'node:assert/strict';
import { type Advice, exactly } from '../../../src/advisor/advice.ts';
import { answerCard, type CardBook, deal, noCards, withNever } from '../../../src/advisor/cards.ts';
import { rulingOf } from '../../../src/advisor/policy.ts';
import { settle } from '../../../src/advisor/settle.ts';
import { day, end, haiku, minimax, minute, opus, Script } from './scripted.ts';

const advice = (name: string, spent = 2_000_000_000_000n, would = 500_000_000_000n): Advice => ({
  id: name,
  rule: 'mode',
  evidence: 'estimated',
  agent: 'kilo',
  subject: { kind: 'mode', agent: 'kilo', name },
  modeKind: 'code',
  allow: 'ask',
  billing: 'metered',
  from: opus.model,
  to: minimax,
  tasks: 30,
  requests: 90,
  spent,
  would: exactly(would),
  cold: 0n,
});
const states = ({ cards }: CardBook) => cards.map(({ advice: { id }, state }) => `${id} ${state}`);

describe('cards', () => {
  it('one is open at a time, and three are shown in a week', () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => advice(name));
    let book = deal(noCards, all, end);
    assert.deepEqual(states(book), ['a open']);
    assert.deepEqual(states(deal(book, all, end + day)), ['a open']);
    for (const [at, id] of ['a', 'b', 'c'].entries()) {
      book = answerCard(book, id, 'notNow', end + at * minute);
      book = deal(book, all, end + at * minute);
    }
    assert.deepEqual(states(book), ['a notNow', 'b notNow', 'c notNow']);
    assert.deepEqual(states(deal(book, all, end + 8 * day)), ['b notNow', 'c notNow', 'a open']);
  });

  it('what was put off twice in a month rests for a month; what was applied or refused is not shown again', () => {
    const one = [advice('a')];
    let book = answerCard(deal(noCards, one, end), 'a', 'notNow', end);
    assert.deepEqual(states(deal(book, one, end + 6 * day)), ['a notNow']);
    book = deal(book, one, end + 8 * day);
    assert.deepEqual(states(book), ['a open']);
    book = answerCard(book, 'a', 'notNow', end + 8 * day);
    assert.deepEqual(states(deal(book, one, end + 20 * day)), ['a notNow']);
    assert.deepEqual(states(deal(book, one, end + 40 * day)), ['a open']);
    for (const action of ['apply', 'never'] as const) {
      const answered = answerCard(deal(noCards, one, end), 'a', action, end);
      assert.deepEqual(states(deal(answered, one, end + 300 * day)).length, 1);
      assert.ok(!states(deal(answered, one, end + 300 * day)).includes('a open'));
    }
  });

  it('"never" holds for the mode, whatever the advice, until it is undone', () => {
    const book = answerCard(deal(noCards, [advice('a')], end), 'a', 'never', end);
    const subject = { kind: 'mode', agent: 'kilo', name: 'a' } as const;
    assert.equal(rulingOf(withNever({}, book), subject, 'code').allow, 'never');
    assert.deepEqual(states(deal(book, [{ ...advice('a'), id: 'other' }], end)), ['a never']);
    const undone = answerCard(book, 'a', 'undo', end);
    assert.deepEqual(states(undone), ['a open']);
    assert.equal(rulingOf(withNever({}, undone), subject, 'code').allow, 'ask');
  });

  it('undo opens a card again, and only one stays open', () => {
    let book = answerCard(deal(noCards, [advice('a')], end), 'a', 'apply', end);
    book = deal(book, [advice('b')], end);
    assert.deepEqual(states(book), ['a applied', 'b open']);
    book = answerCard(book, 'a', 'undo', end);
    assert.deepEqual(states(book), ['a open', 'b notNow']);
  });

  it('an open card whose ground is gone is taken back; answers that make no sense change nothing', () => {
    const book = deal(noCards, [advice('a')], end);
    const over = deal(book, [], end + day);
    assert.deepEqual([over.cards[0]?.state, over.cards[0]?.withdrawn], ['withdrawn', 'over']);
    assert.equal(answerCard(over, 'a', 'apply', end), over);
    assert.equal(answerCard(over, 'a', 'undo', end), over);
    assert.equal(answerCard(book, 'nobody', 'apply', end), book);
    assert.equal(answerCard(book, 'a', 'undo', end), book);
  });
});

describe('settling', () => {
  /** Twelve tasks on the flagship, the card applied, then tasks as told. */
  function settled(after: (script: Script) => void, tasks: number, wait = 0) {
    const script = new Script();
    for (let n = 0; n < 12; n++) {
      script.rest(2 * 60 * minute);
      script.task([{ model: opus, turns: 6 }]);
    }
    script.rest(60 * minute);
    const one = { ...advice('code', 1_000n, 200n), id: 'code' };
    const book = answerCard(deal(noCards, [one], script.at), 'code', 'apply', script.at);
    for (let n = 0; n < tasks; n++) {
      script.rest(2 * 60 * minute);
      after(script);
    }
    script.rest(wait + 60 * minute);
    return settle(book, script.input().history).cards[0];
  }

  it('what held is settled after ten tasks, with what was promised and what came', () => {
    const card = settled((script) => script.task([{ model: minimax, turns: 6 }]), 10);
    assert.equal(card?.state, 'settled');
    const { predicted, realised, count, before, after } = card?.settlement ?? assert.fail();
    assert.deepEqual([predicted, count, before, after], [0.8, 10, { kept: 12, redone: 0 }, { kept: 10, redone: 0 }]);
    assert.ok(realised !== null && realised > 0.8);
  });

  it('is not settled before', () => {
    assert.equal(settled((script) => script.task([{ model: minimax, turns: 6 }]), 9)?.state, 'applied');
    assert.equal(settled((script) => script.task([{ model: minimax, turns: 6 }]), 3, 7 * day)?.state, 'settled');
  });

  it('what cost more than half of what was promised away is withdrawn, and shown', () => {
    const card = settled((script) => script.task([{ model: minimax, turns: 60, size: 2 }]), 10);
    assert.deepEqual([card?.state, card?.withdrawn], ['withdrawn', 'did not hold']);
    assert.ok((card?.settlement?.realised ?? 1) < 0.4);
  });

  it('what did not run on the candidate is no saving, nor a loss', () => {
    assert.equal(settled((script) => script.task([{ model: opus, turns: 3 }]), 12)?.state, 'applied');
    const late = settled((script) => script.task([{ model: opus, turns: 3 }]), 12, 7 * day);
    assert.deepEqual([late?.settlement?.realised, late?.settlement?.count], [null, 0]);
  });

  it('claims nothing where a part has no price, or was paid otherwise', () => {
    const unpriced = settled((script) => {
      script.task([{ model: minimax, turns: 6 }]);
      const last = script.steps.pop() ?? assert.fail();
      script.steps.push({ ...last, cost: null });
    }, 10);
    assert.deepEqual([unpriced?.state, unpriced?.settlement?.realised], ['settled', null]);
    const plan = settled((script) => script.task([{ model: minimax, turns: 6 }], { billing: 'plan' }), 12, 7 * day);
    assert.deepEqual([plan?.settlement?.realised, plan?.settlement?.count], [null, 0]);
  });

  it('requests of a kind are compared by the token: shorter ones save nothing', () => {
    const since = (model: typeof opus, size: number) => {
      const script = new Script();
      const title = (each: typeof opus, times: number) => script.task([{ model: each, kind: 'title', turns: 1, size: times }]);
      for (let n = 0; n < 12; n++) title(opus, 30);
      const one: Advice = { ...advice('title', 1_000n, 200n), subject: { kind: 'kind', name: 'title' }, to: haiku };
      const book = answerCard(deal(noCards, [one], script.at), 'title', 'apply', script.at);
      for (let n = 0; n < 10; n++) title(model, size);
      script.rest(7 * day);
      return settle(book, script.input().history).cards[0]?.settlement;
    };
    assert.equal(since(opus, 1)?.realised, null);
    const [short, long] = [since(haiku, 1)?.realised ?? 0, since(haiku, 30)?.realised ?? 0];
    assert.ok(long > 0.5 && Math.abs(short - long) < 0.05, `${short} ${long}`);
  });

  it('so is what had to be done again on the dear model, although it was cheap', () => {
    let n = 0;
    const card = settled(
      (script) => script.task([{ model: minimax, turns: 4 }, ...(n++ % 4 === 0 ? [{ model: opus, turns: 1 }] : [])]),
      12,
    );
    assert.equal(card?.state, 'withdrawn');
    assert.equal(card?.settlement?.after.redone, 3);
  });

  it('a week in which nothing was done there says nothing against it', () => {
    const card = settled(() => {}, 0, 7 * day);
    assert.deepEqual([card?.state, card?.settlement?.realised, card?.settlement?.count], ['settled', null, 0]);
  });
});
