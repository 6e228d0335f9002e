import assert from 'node:assert/strict';
import { callOf, routeOf } from '../../../src/gateway/route.ts';

describe('route', () => {
  it('reads secret, upstream, path and query', () => {
    assert.deepEqual(routeOf('/s3/anthropic/v1/messages?beta=true'), {
      secret: 's3',
      terminal: undefined,
      upstream: 'anthropic',
      path: '/v1/messages',
      query: '?beta=true',
    });
  });

  it('reads the terminal from its prefix', () => {
    const route = routeOf('/s3/t/term-7/gemini/v1beta/models/g:generateContent');
    assert.equal(route?.terminal, 'term-7');
    assert.equal(route?.upstream, 'gemini');
    assert.equal(route?.path, '/v1beta/models/g:generateContent');
  });

  it('takes a bare base URL for its root', () => {
    assert.equal(routeOf('/s3/anthropic')?.path, '/');
    assert.equal(routeOf('/s3/anthropic/')?.path, '/');
  });

  it('keeps odd paths as they are', () => {
    assert.equal(routeOf('/s3/openai//x/%2e%2e/')?.path, '//x/%2e%2e/');
    assert.equal(routeOf('/s3/openai/x?a=/b?c')?.query, '?a=/b?c');
  });

  it('finds nothing in what is no gateway address', () => {
    for (const url of [
      '',
      '/',
      '/s3',
      '/s3/',
      '//anthropic/x',
      '/s3/t',
      '/s3/t/',
      '/s3/t/term',
      '/s3/t//anthropic/x',
      '/?x=/s3/anthropic',
    ])
      assert.equal(routeOf(url), undefined, url);
  });

  const calls = [
    ['POST', '/v1/messages', 'billed', 'anthropic'],
    ['POST', '/messages', 'billed', 'anthropic'],
    ['POST', '/v1/messages/count_tokens', 'free', 'anthropic'],
    ['POST', '/v1/messages/batches', 'billed', 'other'],
    ['POST', '/chat/completions', 'billed', 'openai-chat'],
    ['POST', '/responses', 'billed', 'openai-responses'],
    ['POST', '/responses/input_tokens', 'free', 'other'],
    ['POST', '/responses/compact', 'billed', 'other'],
    ['GET', '/responses', 'free', 'openai-responses'],
    ['POST', '/v1beta/models/g:generateContent', 'billed', 'gemini'],
    ['POST', '/v1beta/models/g:streamGenerateContent', 'billed', 'gemini'],
    ['POST', '/v1beta/models/g:countTokens', 'free', 'gemini'],
    ['POST', '/embeddings', 'billed', 'other'],
    ['POST', '/who/knows', 'billed', 'other'],
    ['GET', '/v1/models', 'free', 'other'],
    ['HEAD', '/', 'free', 'other'],
    ['HEAD', '/api/hello', 'free', 'other'],
  ] as const;
  for (const [method, path, kind, protocol] of calls) {
    it(`takes ${method} ${path} for ${kind}, ${protocol}`, () => assert.deepEqual(callOf(method, path), { kind, protocol }));
  }
});
