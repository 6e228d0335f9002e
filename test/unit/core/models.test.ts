import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isLocal, isPseudo, modelName, proprietaryVendor, providerName, shorterNames } from '../../../src/core/models.ts';

describe('model names', () => {
  const cases: readonly (readonly [string, string, object])[] = [
    [' Claude-Sonnet-4-5 ', 'claude-sonnet-4-5', {}],
    ['claude-sonnet-4.5', 'claude-sonnet-4-5', {}],
    ['claude-4.5-sonnet', 'claude-sonnet-4-5', {}],
    ['claude-4-opus', 'claude-opus-4', {}],
    ['claude-3.5-sonnet', 'claude-3-5-sonnet', {}],
    ['claude-sonnet-3-7', 'claude-3-7-sonnet', {}],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1-20250805', {}],
    ['claude-sonnet-4@default', 'claude-sonnet-4', {}],
    ['claude-sonnet-4-5-20250929[1m]', 'claude-sonnet-4-5-20250929', {}],
    ['us.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6', { vendor: 'anthropic', region: 'us' }],
    ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929', { vendor: 'anthropic', region: 'us-gov' }],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022', { vendor: 'anthropic' }],
    [
      'arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-opus-5',
      'claude-opus-5',
      { vendor: 'anthropic', region: 'eu', provider: 'amazon-bedrock' },
    ],
    ['bedrock/us.anthropic.claude-opus-5', 'claude-opus-5', { vendor: 'anthropic', region: 'us', provider: 'amazon-bedrock' }],
    ['openrouter/anthropic/claude-opus-5.5', 'claude-opus-5-5', { vendor: 'anthropic', provider: 'openrouter' }],
    ['litellm_proxy/azure/gpt-4.1', 'gpt-4.1', { provider: 'azure' }],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro', {}],
    ['publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro', { vendor: 'google' }],
    [
      'projects/p/locations/us-east5/publishers/anthropic/models/claude-opus-5@20260901',
      'claude-opus-5-20260901',
      { vendor: 'anthropic' },
    ],
    ['accounts/fireworks/models/kimi-k3', 'kimi-k3', {}],
    ['qwen/qwen3-coder:free', 'qwen3-coder', { vendor: 'alibaba', variant: 'free' }],
    ['x-ai/grok-4.7:online', 'grok-4.7', { vendor: 'xai', variant: 'online' }],
    ['qwen3-coder:30b', 'qwen3-coder:30b', {}],
    ['ollama/qwen3-coder:30b', 'qwen3-coder:30b', { provider: 'ollama' }],
    ['gpt-5.1-codex-mini', 'gpt-5.1-codex-mini', {}],
    ['', '', {}],
  ];
  for (const [written, id, rest] of cases) {
    it(`reads ${JSON.stringify(written)}`, () => assert.deepEqual(modelName(written), { id, ...rest }));
  }

  it('never throws and never grows', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('arn:', '/', 'us.', 'models/', ':free', '@', '[1m]').map((part) => part.repeat(9)),
        ),
        (text) => {
          assert.ok(modelName(text).id.length <= text.trim().toLowerCase().length + 1);
          shorterNames(text);
        },
      ),
    );
  });

  it('tries shorter names longest first', () => {
    const ids = (id: string) => shorterNames(id).map((name) => `${name.id}${name.fast ? ' fast' : ''}`);
    assert.deepEqual(ids('gpt-5.1-codex-max-high'), ['gpt-5.1-codex-max']);
    assert.deepEqual(ids('claude-opus-5-5-high-thinking'), ['claude-opus-5-5-high', 'claude-opus-5-5']);
    assert.deepEqual(ids('kimi-k2.6-thinking'), []);
    assert.deepEqual(ids('claude-opus-5-5-fast'), ['claude-opus-5-5 fast']);
    assert.deepEqual(ids('gpt-4.1-2025-04-14'), ['gpt-4.1']);
    assert.deepEqual(ids('gemini-2.5-pro-preview-05-06'), ['gemini-2.5-pro-preview']);
    assert.deepEqual(ids('claude-opus-4-5-20251101'), ['claude-opus-4-5']);
    assert.deepEqual(ids('claude-opus-5-5'), []);
    assert.deepEqual(ids('qwen3-max'), []);
    assert.deepEqual(ids('devstral-2512'), []);
  });
});

describe('providers', () => {
  it('have one name', () => {
    assert.equal(providerName(' Bedrock '), 'amazon-bedrock');
    assert.equal(providerName('x-ai'), 'xai');
    assert.equal(providerName('my-proxy'), 'my-proxy');
    assert.equal(providerName('constructor'), 'constructor');
  });

  it('know what runs on this machine', () => {
    assert.ok(isLocal('ollama', 'llama3.1'));
    assert.ok(isLocal('LM-Studio', 'gpt-oss-20b'));
    assert.ok(!isLocal('ollama', 'gpt-oss:120b-cloud'));
    assert.ok(!isLocal('openai', 'gpt-5'));
    assert.ok(isPseudo('<synthetic>'));
  });

  it('know whose model only its maker prices', () => {
    assert.equal(proprietaryVendor('claude-opus-5-5'), 'anthropic');
    assert.equal(proprietaryVendor('o3'), 'openai');
    assert.equal(proprietaryVendor('gpt-oss-120b'), undefined);
    assert.equal(proprietaryVendor('glm-5'), undefined);
    assert.equal(proprietaryVendor('olmo-2'), undefined);
  });
});
