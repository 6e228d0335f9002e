import assert from 'node:assert/strict';
import { bareModel, claudeVersion, encodingOf } from '../../../src/tokens/encodings.ts';

describe('the encoding of a model', () => {
  const o200k = [
    'gpt-4o',
    'gpt-4o-mini-2024-07-18',
    'chatgpt-4o-latest',
    'gpt-4.1-nano',
    'gpt-4.5-preview',
    'o1',
    'o3-mini',
    'o4-mini',
    'gpt-5',
    'gpt-5.5-codex',
    'gpt-6',
    'openai/gpt-5-mini',
    'codex-mini-latest',
    'ft:gpt-4o:acme::x',
    'gpt-oss-120b',
  ];
  const cl100k = ['gpt-4', 'gpt-4-turbo-2024-04-09', 'gpt-4-32k', 'gpt-3.5-turbo', 'gpt-35-turbo', 'text-embedding-3-large'];
  for (const model of o200k)
    it(`of ${model} is o200k`, () => assert.deepEqual(encodingOf(model), { encoding: 'o200k_base', exact: true, ratio: 1 }));
  for (const model of cl100k)
    it(`of ${model} is cl100k`, () => assert.deepEqual(encodingOf(model), { encoding: 'cl100k_base', exact: true, ratio: 1 }));

  for (const [model, ratio] of [
    ['claude-3-5-sonnet-20241022', 1.15],
    ['claude-sonnet-4-20250514', 1.15],
    ['claude-sonnet-4-6', 1.15],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 1.15],
    ['claude-opus-4-7', 1.5],
    ['anthropic/claude-opus-4.8', 1.5],
    ['claude-opus-5-5', 1.5],
    ['claude-fable-5', 1.5],
    ['models/gemini-3-pro-preview', 1.12],
    ['deepseek-v3.2', 1.05],
    ['qwen/qwen3-coder', 1.02],
    ['meta-llama/llama-4', 1],
    ['o11y-model', 1.1],
    ['something-new', 1.1],
    ['', 1.1],
  ] as const) {
    it(`of ${model || 'nothing'} is an estimate by ${ratio}`, () =>
      assert.deepEqual(encodingOf(model), { encoding: 'o200k_base', exact: false, ratio }));
  }

  it('is found below what providers put around an id', () => {
    assert.equal(bareModel('us.anthropic.claude-opus-4-7-v1:0'), 'claude-opus-4-7-v1:0');
    assert.equal(bareModel('OpenAI/GPT-5'), 'gpt-5');
    assert.equal(claudeVersion('claude-opus-4-7-v1:0'), 4.07);
    assert.equal(claudeVersion('claude-3-haiku-20240307'), 3);
    assert.equal(claudeVersion('gpt-4'), undefined);
  });
});
