import { join } from 'node:path';
import type { RequestKind } from '../../core/request.ts';
import type { RoutingOf } from '../routing.ts';

/** Modes whose model is that of the session: Claude Code has no model per permission mode but `opusplan`. */
const ownModes: readonly string[] = ['default', 'acceptedits', 'bypasspermissions', 'dontask', 'auto', 'plan'];
/** What it does on its small model; a conversation is condensed on the session's own. */
const onTheSide: readonly RequestKind[] = ['title', 'classification'];

/**
 * Claude Code's own settings: `model` for the session, `env.CLAUDE_CODE_SUBAGENT_MODEL` for sub-agents, `env.ANTHROPIC_DEFAULT_HAIKU_MODEL`
 * for what it does on the side. It can plan on Opus and work on Sonnet (`opusplan`), so a Sonnet of Anthropic's own is set that way; an id
 * as a cloud writes it stays as it is.
 */
export const claudeRouting: RoutingOf = ({ about, what, model }, { home, env }) => {
  const files = [join(env.CLAUDE_CONFIG_DIR || join(home, '.claude'), 'settings.json')];
  if (about === 'mode' && ownModes.includes(what.toLowerCase())) {
    const plans = model.startsWith('claude-sonnet-') && what.toLowerCase() !== 'plan';
    return {
      kind: 'set',
      settings: [{ files, format: 'json', path: ['model'], value: plans ? 'opusplan' : model }],
      ...(plans ? {} : { note: 'every mode' }),
    };
  }
  if (about === 'mode' || what === 'search') {
    return {
      kind: 'set',
      settings: [{ files, format: 'json', path: ['env', 'CLAUDE_CODE_SUBAGENT_MODEL'], value: model }],
      note: 'every sub-agent',
    };
  }
  if (!onTheSide.includes(what)) return undefined;
  return { kind: 'set', settings: [{ files, format: 'json', path: ['env', 'ANTHROPIC_DEFAULT_HAIKU_MODEL'], value: model }] };
};
