import assert from 'node:assert/strict';
import type { SkipReason } from '../../../src/agents/agent.ts';
import { pageStrings } from '../../../src/core/pageStrings.ts';
import { makeText } from '../../../src/webview/strings.ts';

/** Every reason there is: one that is added does not compile until it stands here, and then needs its words. */
const reasons: Readonly<Record<SkipReason, true>> = {
  'foreign file': true,
  'unfinished last line': true,
  'line too long': true,
  'file too large': true,
  'not understood': true,
  'no usage told': true,
  locked: true,
  'no permission': true,
  'not readable': true,
  'needs Node 22.15 or later': true,
};

describe('the words of the page', () => {
  it('tell in the reader’s language why something was skipped', () => {
    const [english, chinese] = [makeText('en', {}), makeText('zh-CN', pageStrings('zh-cn'))];
    for (const reason of Object.keys(reasons)) {
      assert.equal(english.skipped(reason), reason);
      assert.match(chinese.skipped(reason), /\p{Script=Han}/u, reason);
    }
    assert.equal(chinese.skipped('a reason of a newer service'), 'a reason of a newer service');
  });

  it('let amounts of many digits break between their groups, and no others', () => {
    const text = makeText('en', {});
    assert.equal(text.usd('1234567.5'), '$1,\u200b234,\u200b567.50');
    assert.equal(text.usd('12345.5'), '$12,345.50');
    assert.deepEqual(text.align(['$0.5', '$0.25']), ['$0.5\u2007', '$0.25']);
  });
});
