import assert from 'node:assert/strict';
import { calmWords, refusalAnswer, troubleAnswer } from '../../../src/gateway/refusal.ts';

const message = 'Stopped by Spend Meter: the budget of $5.00 is spent.';

describe('refusal', () => {
  it('speaks each protocol', () => {
    const error = (protocol: Parameters<typeof refusalAnswer>[0]): unknown =>
      JSON.parse(refusalAnswer(protocol, 'json-402', message).body);
    assert.deepEqual(error('anthropic'), { type: 'error', error: { type: 'billing_error', message } });
    const openai = { error: { message, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } };
    assert.deepEqual(error('openai-chat'), openai);
    assert.deepEqual(error('openai-responses'), openai);
    assert.deepEqual(error('gemini'), { error: { code: 402, message, status: 'FAILED_PRECONDITION' } });
    assert.equal(refusalAnswer('anthropic', 'json-402', message).status, 402);
  });

  it('is 400 and plain text for agents that send a 402 again', () => {
    assert.deepEqual(refusalAnswer('openai-responses', 'plain-400', message), {
      status: 400,
      type: 'text/plain; charset=utf-8',
      body: message,
    });
  });

  it('holds no words that an agent takes for a passing trouble, and reads the same', () => {
    const words =
      'Rate limit, too many requests, 429, $500, overloaded, quota exhausted, service unavailable, timed out, try again later';
    const calm = calmWords(words);
    assert.equal(calm.replaceAll('\u2060', ''), words);
    assert.doesNotMatch(
      calm,
      /rate.?limit|too many requests|\b429\b|\b500\b|overloaded|exhausted|unavailable|timed out|try again later/i,
    );
    for (const protocol of ['anthropic', 'openai-chat', 'gemini', 'other'] as const)
      assert.doesNotMatch(refusalAnswer(protocol, 'json-402', words).body, /overloaded|exhausted|\b429\b/i);
  });

  it('leaves other words and amounts alone', () => {
    assert.equal(calmWords(message), message);
    assert.equal(calmWords('$5003 of $429.50x'), '$5003 of $4\u206029.50x');
  });

  it('tells of its own troubles in the protocol', () => {
    assert.deepEqual(JSON.parse(troubleAnswer('anthropic', 502, 'x').body), {
      type: 'error',
      error: { type: 'api_error', message: 'x', code: 502 },
    });
    assert.deepEqual(JSON.parse(troubleAnswer('gemini', 413, 'x').body), {
      error: { type: 'invalid_request_error', message: 'x', code: 413 },
    });
  });
});
