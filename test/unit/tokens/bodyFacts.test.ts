import assert from 'node:assert/strict';
import { bodyFacts } from '../../../src/tokens/bodyFacts.ts';

describe('what a body tells of its answer', () => {
  const hides = (protocol: string, model: string, body: object = {}): boolean =>
    bodyFacts({ ...body }, protocol, model, 0).hiddenOutput;

  it('is that a part of it is billed unseen, where a model thinks in silence or is told to', () => {
    assert.equal(hides('openai-chat', 'gpt-5.5'), true);
    assert.equal(hides('openai-chat', 'gpt-5.5', { reasoning_effort: 'none' }), false);
    assert.equal(hides('openai-chat', 'gpt-4.1'), false);
    assert.equal(hides('openai-chat', 'x-ai/grok-4'), true);
    assert.equal(hides('openai-chat', 'grok-4-fast-non-reasoning'), false);
    assert.equal(hides('openai-chat', 'google/gemini-2.5-pro'), true);
    assert.equal(hides('openai-chat', 'deepseek/deepseek-r1'), false);
    assert.equal(hides('openai-chat', 'deepseek/deepseek-r1', { reasoning: { exclude: true } }), true);
    assert.equal(hides('openai-chat', 'deepseek/deepseek-r1', { include_reasoning: false }), true);
    assert.equal(hides('openai-responses', 'gpt-6-sol'), true);
    assert.equal(hides('gemini', 'gemini-3-pro'), true);
    assert.equal(hides('gemini', 'gemini-3-pro', { generationConfig: { thinkingConfig: { includeThoughts: true } } }), false);
    assert.equal(hides('anthropic', 'claude-opus-5'), false);
  });

  it('is on what terms it is asked for', () => {
    const terms = (body: object) => {
      const { serviceTier, region } = bodyFacts({ ...body }, 'anthropic', 'm', 0);
      return { serviceTier, region };
    };
    assert.deepEqual(terms({}), { serviceTier: undefined, region: undefined });
    assert.deepEqual(terms({ speed: 'fast', service_tier: 'auto' }), { serviceTier: 'fast', region: undefined });
    assert.deepEqual(terms({ service_tier: 'priority', inference_geo: 'us' }), { serviceTier: 'priority', region: 'us' });
  });
});
