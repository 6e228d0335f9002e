import { join } from 'node:path';
import { modelName } from '../../core/models.ts';
import type { RoutingOf } from '../routing.ts';

/** Modes whose model is that of the session: Claude Code has no model per permission mode but `opusplan`. */
const ownModes: readonly string[] = ['default', 'acceptedits', 'bypasspermissions', 'dontask', 'auto', 'plan'];

/**
 * Claude Code's own settings: `model` for the session, `env.CLAUDE_CODE_SUBAGENT_MODEL` for sub-agents, `env.ANTHROPIC_DEFAULT_HAIKU_MODEL`
 * for what it does on the side. It can plan on Opus and work on Sonnet (`opusplan`), so a Sonnet is set that way.
 */
export const claudeRouting: RoutingOf = ({ about, what, model }, { home, env }) => {
  const files = [join(env.CLAUDE_CONFIG_DIR || join(home, '.claude'), 'settings.json')];
  const { id } = modelName(model);
  if (about === 'mode' && ownModes.includes(what.toLowerCase())) {
    const plans = id.startsWith('claude-sonnet-') && what.toLowerCase() !== 'plan';
    return {
      kind: 'set',
      settings: [{ files, format: 'json', path: ['model'], value: plans ? 'opusplan' : id }],
      ...(plans ? {} : { note: 'every mode' }),
    };
  }
  if (about === 'mode' || what === 'search') {
    return {
      kind: 'set',
      settings: [{ files, format: 'json', path: ['env', 'CLAUDE_CODE_SUBAGENT_MODEL'], value: id }],
      note: 'every sub-agent',
    };
  }
  return { kind: 'set', settings: [{ files, format: 'json', path: ['env', 'ANTHROPIC_DEFAULT_HAIKU_MODEL'], value: id }] };
};
