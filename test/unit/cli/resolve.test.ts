import assert from 'node:assert/strict';
import { priceBook } from '../../../pricing/book.ts';
import { answer } from '../../../src/cli/resolve.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const book = priceBook();
const resolve = (id: string, provider?: string, at?: string) =>
  answer(book, { id, provider, at }, now) as { canonical: string | null; inputPerM?: string; outputPerM?: string };

describe('spend-meter resolve', () => {
  it('answers in the promised shape', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(resolve('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'bedrock'))), {
      canonical: 'anthropic/claude-sonnet-4-5',
      inputPerM: '3.3',
      outputPerM: '16.5',
      cacheReadPerM: '0.33',
      cacheWritePerM: '4.125',
      cacheWrite1hPerM: '6.6',
      confidence: 'high',
      source: { url: 'https://platform.claude.com/docs/en/about-claude/pricing', checkedAt: '2026-11-22' },
    });
    assert.deepEqual(resolve('my-company-router-v2', 'custom'), { canonical: null });
  });

  // The current line-up, each as its vendor writes it: [id, provider, input, output].
  const lineUp: readonly (readonly [string, string | undefined, string, string])[] = [
    ['claude-fable-5-2', 'anthropic', '8', '40'],
    ['claude-fable-5-1', undefined, '10', '50'],
    ['claude-mythos-5', 'anthropic', '10', '50'],
    ['claude-opus-5-5', undefined, '4', '20'],
    ['claude-opus-4-7', undefined, '5', '25'],
    ['claude-sonnet-5-5', 'anthropic', '2', '10'],
    ['claude-sonnet-4-6', 'anthropic', '3', '15'],
    ['claude-haiku-5-5', 'anthropic', '0.1', '0.5'],
    ['claude-opus-4-20250514', 'anthropic', '15', '75'],
    ['claude-3-7-sonnet-20250219', 'anthropic', '3', '15'],
    ['gpt-6-astra', 'openai', '10', '50'],
    ['gpt-6.1-sol', 'openai', '2', '10'],
    ['gpt-6.1-terra', 'openai', '1', '5'],
    ['gpt-6-luna', 'openai', '0.1', '0.5'],
    ['gpt-5.6-sol', 'openai', '4', '20'],
    ['gpt-5.5', 'openai', '5', '30'],
    ['gpt-5.3-codex', 'openai-codex', '1.75', '14'],
    ['gpt-5.1-codex-max', 'openai', '1.25', '10'],
    ['gpt-5-codex', 'openai', '1.25', '10'],
    ['gpt-5-mini', 'openai', '0.25', '2'],
    ['gpt-4.1', 'openai', '2', '8'],
    ['o1', 'openai', '15', '60'],
    ['gemini-4-argon', 'google', '2', '10'],
    ['gemini-3.7-flash', 'gemini', '0.75', '3.75'],
    ['gemini-2.5-flash-lite', undefined, '0.1', '0.4'],
    ['gemini-3.1-pro-preview', 'google', '2', '12'],
    ['grok-4.7', 'x-ai', '2', '6'],
    ['grok-code-fast-1', 'xai', '0.2', '1.5'],
    ['kimi-k3', 'moonshotai', '3', '15'],
    ['kimi-k2.7-code', 'moonshot', '0.95', '4'],
    ['glm-5.3', 'zai', '1.4', '4.4'],
    ['glm-5', 'z-ai', '1', '3.2'],
    ['glm-5', 'zhipuai', '0.55', '2.48'],
    ['qwen3.5-plus', 'alibaba', '0.4', '2.4'],
    ['qwen3.5-plus', 'dashscope-cn', '0.11', '0.67'],
    ['deepseek-flash', 'deepseek', '0.15', '0.6'],
    ['deepseek-v4-pro', 'deepseek', '0.66', '1.98'],
    ['MiniMax-M3', 'minimax', '0.3', '1.2'],
    ['muse-spark-1.3', 'meta', '1.25', '4.25'],
    ['mistral-large-4', 'mistral', '0.7', '2.1'],
    ['devstral-2512', 'mistral', '0.4', '2'],
    ['mimo-v2.6-pro', 'xiaomi', '0.435', '0.87'],
    ['mai-code-1.1-flash', 'github-copilot', '0.2', '1.2'],
    ['copilot/gpt-5.3-codex', undefined, '1.75', '14'],
    ['qwen3-coder:30b', 'ollama', '0', '0'],
    ['qwen/qwen3-coder:free', 'openrouter', '0', '0'],
    ['<synthetic>', 'anthropic', '0', '0'],
  ];
  for (const [id, provider, input, output] of lineUp) {
    it(`${id} at ${provider ?? 'its maker'}`, () => {
      const found = resolve(id, provider);
      assert.deepEqual([found.inputPerM, found.outputPerM], [input, output]);
    });
  }

  it('leaves unknown what is unknown', () => {
    for (const [id, provider] of [
      ['claude-opus-6', 'anthropic'],
      ['claude-opus-5-6', 'anthropic'],
      ['gpt-5.5-turbo', 'openai'],
      ['gpt-7', undefined],
      ['auto', 'github-copilot'],
      ['openrouter/auto', 'openrouter'],
      ['prod-chat-eu', 'azure'],
      ['glm-5', 'my-proxy'],
      ['gpt-oss-20b', undefined],
      ['gpt-oss:120b-cloud', 'ollama'],
      ['deepseek-chat', 'deepseek'],
      ['kimi-k2.6-thinking', undefined],
      ['gemini-2.5-flash-thinking', 'google'],
      ['z-ai/glm-5:thinking', 'openrouter'],
      ['gpt-5.2-codex-max', 'openai'],
      ['constructor', undefined],
      ['__proto__', 'anthropic'],
    ] as const) {
      assert.equal(resolve(id, provider).canonical, null, id);
    }
  });

  it('goes by the date it is asked for', () => {
    assert.equal(resolve('gemini-4-argon', 'google', '2026-12-01T00:00:00Z').inputPerM, '4');
    assert.equal(resolve('deepseek-v4-flash', 'deepseek', '2026-08-16T15:59:59Z').inputPerM, '0.14');
    assert.equal(resolve('deepseek-v4-pro', 'deepseek', '2026-11-23T02:30:00Z').inputPerM, '1.32');
    assert.equal(resolve('claude-opus-4-8-fast', 'anthropic', '2026-11-22T00:00:00Z').inputPerM, '10');
    assert.equal(resolve('claude-opus-4-8-fast', 'anthropic', '2026-12-02T00:00:00Z').canonical, null);
    assert.throws(() => resolve('x', 'y', 'soon'), /not a date/);
    assert.throws(() => answer(book, { provider: 'x' }, now), /id/);
  });
});
