import assert from 'node:assert/strict';
import { guardVariables, variablesInUse } from '../../../src/extension/guardVariables.ts';

const baseUrls = {
  anthropic: 'http://127.0.0.1:21000/secret/anthropic',
  openai: 'http://127.0.0.1:21000/secret/openai/v1',
  gemini: 'http://127.0.0.1:21000/secret/gemini',
  openrouter: 'http://127.0.0.1:21000/secret/openrouter/v1',
};

describe('variables of guarded terminals', () => {
  it('are the three that agents read, and none while Guard is off', () => {
    assert.deepEqual(guardVariables({ on: true, baseUrls }), {
      ANTHROPIC_BASE_URL: baseUrls.anthropic,
      OPENAI_BASE_URL: baseUrls.openai,
      GOOGLE_GEMINI_BASE_URL: baseUrls.gemini,
    });
    assert.deepEqual(guardVariables({ on: false, baseUrls }), {});
    assert.deepEqual(guardVariables({ on: true, baseUrls: {} }), {});
  });

  it('are named when the user has set them', () => {
    assert.deepEqual(variablesInUse({ OPENAI_BASE_URL: 'https://example.test' }, { ANTHROPIC_BASE_URL: '' }), [
      'OPENAI_BASE_URL',
    ]);
  });
});
