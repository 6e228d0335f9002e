import assert from 'node:assert/strict';
import { firstModel, type Model, modelReducer } from '../../../src/webview/model.ts';
import { makeText } from '../../../src/webview/strings.ts';
import { sampleBreakdown, sampleState } from '../../browser/page/sampleState.ts';

const task = 'kilo:ses_review';

/** The sample state some milliseconds on, with the task as given. */
function later(ms: number, state: 'running' | 'stopped' = 'running') {
  const base = sampleState();
  return sampleState({
    now: base.now + ms,
    tasks: base.tasks.map((row) => (row.id === task ? { ...row, state } : row)),
  });
}

function stopPressed(): Model {
  const live = modelReducer(firstModel, { kind: 'state', state: later(0) });
  return modelReducer(live, { kind: 'asked', task, what: 'stop' });
}

describe('what the page knows', () => {
  it('keeps the newest snapshot of each kind', () => {
    const state = later(0);
    const breakdown = sampleBreakdown();
    let model = modelReducer(firstModel, { kind: 'state', state: later(-500) });
    model = modelReducer(model, { kind: 'breakdown', breakdown });
    model = modelReducer(model, { kind: 'state', state });
    assert.equal(model.state, state);
    assert.equal(model.breakdown, breakdown);
  });

  it('keeps what it knows through a problem, and forgets the problem with the next state', () => {
    const live = modelReducer(firstModel, { kind: 'state', state: later(0) });
    const gone = modelReducer(live, { kind: 'problem', message: 'gone' });
    assert.equal(gone.problem, 'gone');
    assert.equal(gone.state, live.state);
    assert.equal(modelReducer(gone, { kind: 'state', state: later(10) }).problem, undefined);
  });

  it('takes any locale the editor may name', () => {
    const locale = (name: string): string => modelReducer(firstModel, { kind: 'init', locale: name, strings: {} }).locale;
    assert.equal(locale('zh-cn'), 'zh-CN');
    assert.equal(locale('not a locale'), 'en');
  });

  it('counts days where the meter runs, as far as it knows that place', () => {
    const today = (timeZone: string): string => {
      const model = modelReducer(firstModel, { kind: 'init', locale: 'en', strings: {}, timeZone });
      return makeText('en', {}, { timeZone: model.timeZone }).today(Date.UTC(2026, 2, 12, 20));
    };
    assert.equal(today('Asia/Tokyo'), '2026-03-13');
    assert.equal(today('America/New_York'), '2026-03-12');
    assert.match(today('Nowhere/Land'), /^2026-03-1[23]$/);
  });

  it('shows a pressed Stop until the task is stopped', () => {
    const pressed = stopPressed();
    assert.equal(pressed.asked[task]?.what, 'stop');
    const ticking = modelReducer(pressed, { kind: 'state', state: later(400) });
    assert.equal(ticking.asked[task]?.what, 'stop');
    const stopped = modelReducer(ticking, { kind: 'state', state: later(800, 'stopped') });
    assert.deepEqual(stopped.asked, {});
  });

  it('shows a pressed Resume until the task runs', () => {
    const stopped = modelReducer(firstModel, { kind: 'state', state: later(0, 'stopped') });
    const pressed = modelReducer(stopped, { kind: 'asked', task, what: 'resume' });
    assert.equal(modelReducer(pressed, { kind: 'state', state: later(100, 'stopped') }).asked[task]?.what, 'resume');
    assert.deepEqual(modelReducer(pressed, { kind: 'state', state: later(100) }).asked, {});
  });

  it('takes a pressed Stop back when nothing comes of it', () => {
    const pressed = stopPressed();
    const tooLong = modelReducer(pressed, { kind: 'state', state: later(5_000) });
    const sameAgain = modelReducer(pressed, { kind: 'state', state: later(0) });
    const gone = modelReducer(pressed, { kind: 'state', state: sampleState({ now: later(100).now, tasks: [] }) });
    const problem = modelReducer(pressed, { kind: 'problem', message: 'gone' });
    for (const model of [tooLong, sameAgain, gone, problem]) assert.deepEqual(model.asked, {});
  });
});
