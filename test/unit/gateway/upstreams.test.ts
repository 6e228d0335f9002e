import assert from 'node:assert/strict';
import type { Protocol } from '../../../src/agents/agent.ts';
import { officialUpstreams, pathAt, resolveUpstreams } from '../../../src/gateway/upstreams.ts';

const paths: readonly [upstream: string, path: string, protocol: Protocol, at: string][] = [
  ['anthropic', '/v1/messages', 'anthropic', '/v1/messages'],
  ['anthropic', '/messages', 'anthropic', '/v1/messages'],
  ['anthropic', '/v1/v1/messages', 'anthropic', '/v1/messages'],
  ['anthropic', '/messages/count_tokens', 'anthropic', '/v1/messages/count_tokens'],
  ['anthropic', '/v1/models', 'other', '/v1/models'],
  ['anthropic', '/models', 'other', '/v1/models'],
  ['anthropic', '/', 'other', '/'],
  ['anthropic', '/api/hello', 'other', '/api/hello'],
  ['openai', '/v1/responses', 'openai-responses', '/v1/responses'],
  ['openai', '/responses', 'openai-responses', '/v1/responses'],
  ['openai', '/v1/v1/chat/completions', 'openai-chat', '/v1/chat/completions'],
  ['openai', '/embeddings', 'other', '/v1/embeddings'],
  ['openai', '/', 'other', '/v1/'],
  ['bare', '/v1/chat/completions', 'openai-chat', '/v1/chat/completions'],
  ['bare', '/chat/completions', 'openai-chat', '/v1/chat/completions'],
  ['bare', '/api/chat', 'other', '/api/chat'],
  ['chatgpt', '/v1/responses', 'openai-responses', '/backend-api/codex/responses'],
  ['chatgpt', '/v1/models', 'other', '/backend-api/codex/models'],
  ['gemini', '/v1beta/models/g:generateContent', 'gemini', '/v1beta/models/g:generateContent'],
  ['gemini', '/models/g:streamGenerateContent', 'gemini', '/v1beta/models/g:streamGenerateContent'],
  ['openrouter', '/chat/completions', 'openai-chat', '/api/v1/chat/completions'],
  ['openrouter', '/v1/chat/completions', 'openai-chat', '/api/v1/chat/completions'],
  ['deepseek', '/chat/completions', 'openai-chat', '/v1/chat/completions'],
  ['claudeAtDeepseek', '/messages', 'anthropic', '/anthropic/v1/messages'],
  ['zai', '/v1/chat/completions', 'openai-chat', '/api/coding/paas/v4/chat/completions'],
  ['kilo', '/api/openrouter/chat/completions', 'openai-chat', '/api/openrouter/chat/completions'],
];

describe('upstreams', () => {
  const known = resolveUpstreams({
    bare: 'http://127.0.0.1:9999',
    claudeAtDeepseek: 'https://api.deepseek.com/anthropic/',
    zai: 'https://api.z.ai/api/coding/paas/v4',
  });
  for (const [name, path, protocol, at] of paths) {
    it(`sends ${path} of ${name} to ${at}`, () => {
      const upstream = known.get(name);
      assert.ok(upstream);
      assert.equal(pathAt(upstream, path, protocol), at);
    });
  }

  it('knows the official hosts, all over https', () => {
    assert.deepEqual([...resolveUpstreams({}).keys()], Object.keys(officialUpstreams));
    for (const { origin } of resolveUpstreams({}).values()) assert.match(origin, /^https:\/\//);
  });

  it('takes plain http on the loopback only', () => {
    for (const url of ['http://127.0.0.1:1', 'http://localhost:1/v1', 'http://[::1]:1', 'http://127.9.9.9'])
      assert.equal(resolveUpstreams({ mine: url }).get('mine')?.loopback, true);
    for (const url of ['http://example.com', 'http://127.0.0.1.example.com', 'http://10.0.0.1', 'http://0.0.0.0:1'])
      assert.throws(() => resolveUpstreams({ mine: url }), RangeError);
  });

  it('takes no login, query, fragment or other scheme in a base URL', () => {
    for (const url of [
      'https://a:b@example.com',
      'https://example.com/?k=1',
      'https://example.com/#x',
      'file:///etc/passwd',
      'nonsense',
    ])
      assert.throws(() => resolveUpstreams({ mine: url }), RangeError);
  });

  it('takes no name that a path cannot hold', () => {
    for (const name of ['t', '', 'a/b', '..', 'a b'])
      assert.throws(() => resolveUpstreams({ [name]: 'https://example.com' }), RangeError);
  });

  it('does not send a ChatGPT login to the official host where openai is pointed elsewhere', () => {
    assert.equal(resolveUpstreams({ openai: 'http://127.0.0.1:1' }).has('chatgpt'), false);
    assert.equal(resolveUpstreams({ openai: 'http://127.0.0.1:1', chatgpt: 'http://127.0.0.1:2' }).get('chatgpt')?.base, '');
  });
});
