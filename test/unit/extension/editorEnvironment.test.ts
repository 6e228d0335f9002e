import assert from 'node:assert/strict';
import { EditorEnvironment } from '../../../src/extension/editorEnvironment.ts';

const guard = (on: boolean, port = 1) => ({
  on,
  baseUrls: {},
  environment: { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}/a`, OPENAI_BASE_URL: `http://127.0.0.1:${port}/o` },
});

describe('the environment of the extension host', () => {
  it('points what is started from it at the meter while Guard is on, with consent, and is as before afterwards', () => {
    const environment: Record<string, string | undefined> = { PATH: '/bin', OPENAI_BASE_URL: 'https://mine.example' };
    const before = { ...environment };
    const editor = new EditorEnvironment(environment);
    editor.apply(guard(true), false);
    assert.deepEqual(environment, before, 'not without consent');
    editor.apply(guard(true), true);
    assert.deepEqual(environment, { ...before, ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/a' }, 'what the user set stays');
    editor.apply(guard(true, 2), true);
    assert.equal(environment.ANTHROPIC_BASE_URL, 'http://127.0.0.1:2/a');
    editor.apply(guard(false), true);
    assert.deepEqual(environment, before);
    editor.apply(guard(true), true);
    editor.dispose();
    assert.deepEqual(environment, before);
  });

  it('leaves alone what somebody has changed since, and what was ours already', () => {
    const environment: Record<string, string | undefined> = { OPENAI_BASE_URL: 'http://127.0.0.1:1/o' };
    const editor = new EditorEnvironment(environment);
    editor.apply(guard(true), true);
    environment.ANTHROPIC_BASE_URL = 'https://other.example';
    editor.dispose();
    assert.deepEqual(environment, { OPENAI_BASE_URL: 'http://127.0.0.1:1/o', ANTHROPIC_BASE_URL: 'https://other.example' });
  });
});
