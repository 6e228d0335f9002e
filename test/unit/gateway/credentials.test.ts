import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import type { Billing } from '../../../src/core/request.ts';
import { billingOf, withoutCredentials } from '../../../src/gateway/credentials.ts';

const cases: readonly [what: string, headers: IncomingHttpHeaders, query: string, billing: Billing][] = [
  ['a Claude login', { authorization: 'Bearer sk-ant-oat01-x' }, '', 'plan'],
  ['a ChatGPT login', { authorization: 'Bearer eyJ.x.y', 'chatgpt-account-id': 'acc' }, '', 'plan'],
  ['an Anthropic key', { 'x-api-key': 'sk-ant-api03-x' }, '', 'metered'],
  ['an OpenAI key', { authorization: 'Bearer sk-proj-x' }, '', 'metered'],
  ['a key as bearer, lower case', { authorization: 'bearer sk-x' }, '', 'metered'],
  ['an Azure key', { 'api-key': 'x' }, '', 'metered'],
  ['a Gemini key', { 'x-goog-api-key': 'x' }, '', 'metered'],
  ['a Gemini key in the query', {}, '?alt=sse&key=x', 'metered'],
  ['a Google login', { authorization: 'Bearer ya29.x' }, '', 'unknown'],
  ['no credential', {}, '?monkey=1', 'unknown'],
];

describe('credentials', () => {
  for (const [what, headers, query, billing] of cases) {
    it(`takes ${what} for ${billing}`, () => assert.equal(billingOf(headers, query), billing));
  }

  it('shows no credential to the meter', () => {
    const shown = withoutCredentials({
      authorization: 'Bearer sk-1',
      'x-api-key': 'sk-2',
      'api-key': 'sk-3',
      'x-goog-api-key': 'sk-4',
      cookie: 'sk-5',
      'proxy-authorization': 'sk-6',
      'user-agent': 'claude-cli/2',
      'x-several': ['a', 'b'],
    });
    assert.deepEqual(shown, { 'user-agent': 'claude-cli/2', 'x-several': 'a, b' });
  });
});
