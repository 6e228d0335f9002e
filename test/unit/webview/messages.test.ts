import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pageStrings } from '../../../src/core/pageStrings.ts';
import { type ToPage, toPageSchema } from '../../../src/protocol/webview.ts';
import { isToPage } from '../../../src/webview/messages.ts';
import { sampleCards, samplePolicy } from '../../browser/page/sampleAdvice.ts';
import { emptyBreakdown, emptyState, sampleBreakdown, sampleState } from '../../browser/page/sampleState.ts';
import { sampleList, samplePlan, sampleWhere, sampleWhy, sampleWorth } from '../../browser/page/sampleViews.ts';

const messages: readonly ToPage[] = [
  { kind: 'init', locale: 'en', strings: { ...pageStrings('en') }, timeZone: 'Asia/Tokyo' },
  { kind: 'state', state: sampleState() },
  { kind: 'state', state: emptyState() },
  { kind: 'breakdown', breakdown: { ...sampleBreakdown(), requests: sampleBreakdown().requests.slice(0, 20) } },
  { kind: 'breakdown', breakdown: emptyBreakdown() },
  { kind: 'where', where: sampleWhere() },
  { kind: 'why', why: sampleWhy() },
  { kind: 'plan', plan: samplePlan() },
  { kind: 'worth', worth: sampleWorth() },
  { kind: 'list', list: { ...sampleList(), requests: sampleList().requests.slice(0, 5) } },
  { kind: 'policy', policy: samplePolicy() },
  { kind: 'state', state: { ...emptyState(), suggestions: sampleCards() } },
  { kind: 'problem', message: 'gone' },
];

/** Every place in a message: the way from the top to a value. */
function paths(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))];
}

/** A copy in which the value at the path is another one, or is missing. */
function broken(value: unknown, path: readonly string[], put: { readonly value: unknown } | 'missing'): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put === 'missing' ? undefined : put.value;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const inner: unknown = Reflect.get(copy, key);
  if (rest.length === 0 && put === 'missing' && !Array.isArray(copy)) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, broken(inner, rest, put));
  return copy;
}

describe('what the page accepts from the host', () => {
  it('is every message of the protocol', () => {
    for (const message of messages) assert.equal(isToPage(message), true, message.kind);
  });

  it('is nothing else that may reach the window', () => {
    for (const other of [
      undefined,
      null,
      1,
      'state',
      [],
      {},
      { kind: 'other' },
      { kind: 'state' },
      [{ kind: 'problem', message: '' }],
    ]) {
      assert.equal(isToPage(other), false, JSON.stringify(other));
    }
  });

  it('agrees with the schema on any message that is broken in one place', () => {
    const puts = fc.constantFrom<{ readonly value: unknown } | 'missing'>(
      'missing',
      { value: null },
      { value: 7 },
      { value: Number.NaN },
      { value: 'word' },
      { value: '1.5' },
      { value: '-0.25' },
      { value: true },
      { value: [] },
      { value: {} },
      { value: [null] },
    );
    const places = messages.flatMap((message) => paths(message).map((path) => ({ message, path })));
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), puts, ({ message, path }, put) => {
        const value = broken(message, path, put);
        const accepted = toPageSchema.safeParse(value).success;
        if (!accepted) refused += 1;
        assert.equal(isToPage(value), accepted, `${message.kind} ${path.join('.')} ${JSON.stringify(put)}`);
      }),
      { numRuns: 900 },
    );
    assert.ok(refused > 100, 'most of these are broken');
  });
});
