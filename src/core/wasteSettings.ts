import type { FindingKind } from './waste.ts';

/**
 * Where an agent keeps the setting that mends a kind of waste, in its own words, which are the same in every language.
 * From the agents' documentation; an agent without an entry gets the general advice alone.
 */
const settings: Readonly<Record<string, Partial<Record<FindingKind, string>>>> = {
  'claude-code': {
    unusedTools: '/mcp, permissions.deny',
    longHistory: '/compact, /clear',
    toolResults: 'BASH_MAX_OUTPUT_LENGTH, MAX_MCP_OUTPUT_TOKENS',
    flagship: 'ANTHROPIC_DEFAULT_HAIKU_MODEL',
    noCache: 'unset DISABLE_PROMPT_CACHING',
    thinking: 'MAX_THINKING_TOKENS',
  },
  codex: {
    unusedTools: 'mcp_servers.*.enabled',
    longHistory: 'model_auto_compact_token_limit',
    toolResults: 'tool_output_token_limit',
    thinking: 'model_reasoning_effort',
  },
  opencode: {
    unusedTools: 'opencode.json: tools, mcp.*.enabled',
    longHistory: 'opencode.json: compaction.auto',
    flagship: 'opencode.json: small_model',
  },
  kilo: {
    unusedTools: 'kilo.json: tools, mcp.*.enabled',
    longHistory: 'kilo.json: compaction.auto',
    flagship: 'kilo.json: small_model',
  },
};

export function settingFor(agent: string, kind: FindingKind): string | undefined {
  return Object.hasOwn(settings, agent) ? settings[agent]?.[kind] : undefined;
}
