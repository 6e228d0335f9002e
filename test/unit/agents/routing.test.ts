import assert from 'node:assert/strict';
import { join } from 'node:path';
import { agents } from '../../../src/agents/registry.ts';
import type { RoutingTarget } from '../../../src/agents/routing.ts';
import type { AgentId } from '../../../src/core/request.ts';

const home = join('/', 'home', 'someone');
const places = { home, env: {}, platform: 'linux' } as const;
const haiku = { provider: 'anthropic', model: 'claude-haiku-4-5' };
const routing = (id: AgentId, target: RoutingTarget, env: Readonly<Record<string, string>> = {}) => {
  const agent = agents.find((one) => one.id === id) ?? assert.fail();
  assert.ok(agent.routing, `${id} says nothing`);
  return agent.routing(target, { ...places, env });
};
const set = (...at: Parameters<typeof routing>) => {
  const found = routing(...at);
  return found?.kind === 'set' ? found : assert.fail();
};

describe('which of an agent’s own settings names the model', () => {
  it('OpenCode and Kilo Code 7: per agent, hidden ones too', () => {
    for (const id of ['opencode', 'kilo'] as const) {
      const mode = set(id, { about: 'mode', what: 'build', ...haiku }).settings[0] ?? assert.fail();
      assert.deepEqual([mode.path, mode.value], [['agent', 'build', 'model'], 'anthropic/claude-haiku-4-5']);
      assert.ok(mode.files.every((file) => file.startsWith(join(home, '.config', id))));
      const path = (what: 'title' | 'summary' | 'search' | 'classification') =>
        set(id, { about: 'kind', what, ...haiku }).settings[0]?.path;
      assert.deepEqual(path('title'), ['agent', 'title', 'model']);
      assert.deepEqual(path('summary'), ['agent', 'compaction', 'model']);
      assert.deepEqual(path('search'), ['agent', 'explore', 'model']);
      assert.deepEqual(path('classification'), ['small_model']);
    }
    const elsewhere = set('opencode', { about: 'mode', what: 'build', ...haiku }, { XDG_CONFIG_HOME: join('/', 'cfg') });
    assert.ok(elsewhere.settings[0]?.files[0]?.startsWith(join('/', 'cfg', 'opencode')));
    const routed = set('kilo', { about: 'mode', what: 'code', provider: 'openrouter', model: 'minimax/minimax-m3' });
    assert.equal(routed.settings[0]?.value, 'openrouter/minimax/minimax-m3');
  });

  it('Claude Code: a Sonnet leaves planning to Opus, another model does not and says so; sub-agents and side requests have their own', () => {
    const sonnet = { provider: 'anthropic', model: 'claude-sonnet-4-6' };
    const work = set('claude-code', { about: 'mode', what: 'default', ...sonnet });
    assert.deepEqual([work.settings[0]?.path, work.settings[0]?.value, work.note], [['model'], 'opusplan', undefined]);
    const small = set('claude-code', { about: 'mode', what: 'acceptEdits', ...haiku });
    assert.deepEqual([small.settings[0]?.value, small.note], ['claude-haiku-4-5', 'every mode']);
    const explore = set('claude-code', { about: 'kind', what: 'search', ...haiku });
    assert.deepEqual([explore.settings[0]?.path, explore.note], [['env', 'CLAUDE_CODE_SUBAGENT_MODEL'], 'every sub-agent']);
    const title = set('claude-code', { about: 'kind', what: 'title', ...haiku });
    assert.deepEqual(title.settings[0]?.path, ['env', 'ANTHROPIC_DEFAULT_HAIKU_MODEL']);
    const moved = set('claude-code', { about: 'kind', what: 'title', ...haiku }, { CLAUDE_CONFIG_DIR: join('/', 'c') });
    assert.deepEqual(moved.settings[0]?.files, [join('/', 'c', 'settings.json')]);
  });

  it('Codex: a profile beside the usual settings', () => {
    const found = set('codex', { about: 'mode', what: 'default', provider: 'openai', model: 'gpt-5-mini' });
    assert.deepEqual(found, {
      kind: 'set',
      settings: [{ files: [join(home, '.codex', 'cheaper.config.toml')], format: 'toml', path: ['model'], value: 'gpt-5-mini' }],
      note: 'profile',
    });
  });

  it('none, where the agent has no model of its own for a kind of request', () => {
    const kinds = ['title', 'summary', 'commit message', 'classification', 'prompt enhancement', 'search'] as const;
    const told = (id: AgentId) => kinds.filter((what) => routing(id, { about: 'kind', what, ...haiku }) !== undefined);
    assert.deepEqual(told('claude-code'), ['title', 'classification', 'search']);
    for (const id of ['codex', 'cline', 'roo-code', 'zoo-code'] as const) assert.deepEqual(told(id), []);
  });

  it('by the id that its provider has for it', () => {
    const bedrock = { provider: 'amazon-bedrock', model: 'us.anthropic.claude-sonnet-4-6-v1:0' };
    const value = (what: string) => set('claude-code', { about: 'mode', what, ...bedrock }).settings[0]?.value;
    assert.deepEqual([value('default'), value('explorer')], [bedrock.model, bedrock.model]);
    const title = set('claude-code', { about: 'kind', what: 'title', ...bedrock });
    assert.equal(title.settings[0]?.value, bedrock.model);
    assert.equal(
      set('opencode', { about: 'mode', what: 'build', ...bedrock }).settings[0]?.value,
      `amazon-bedrock/${bedrock.model}`,
    );
  });

  it('where nothing can be written: what to choose by hand', () => {
    for (const id of ['cline', 'roo-code', 'zoo-code'] as const) {
      const found = routing(id, { about: 'mode', what: 'code', ...haiku });
      assert.ok(found?.kind === 'copy' && found.where.length > 1 && found.text === 'anthropic/claude-haiku-4-5');
    }
  });
});
