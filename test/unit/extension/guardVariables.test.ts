import assert from 'node:assert/strict';
import { guardVariables, variablesInUse } from '../../../src/extension/guardVariables.ts';

const guard = {
  on: true,
  baseUrls: { anthropic: 'http://127.0.0.1:21000/secret/anthropic' },
  environment: {
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:21000/secret/anthropic',
    OPENAI_BASE_URL: 'http://127.0.0.1:21000/secret/openai/v1',
  },
};

describe('variables of guarded terminals', () => {
  it('are what the service says, and none while Guard is off', () => {
    assert.deepEqual(guardVariables(guard, []), guard.environment);
    assert.deepEqual(guardVariables({ ...guard, on: false }, []), {});
  });

  it('leave alone what the user has set already', () => {
    const taken = variablesInUse(guard, { OPENAI_BASE_URL: 'https://example.test' }, { ANTHROPIC_BASE_URL: '' });
    assert.deepEqual(taken, ['OPENAI_BASE_URL']);
    assert.deepEqual(guardVariables(guard, taken), { ANTHROPIC_BASE_URL: guard.environment.ANTHROPIC_BASE_URL });
  });
});
