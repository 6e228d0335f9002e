import type { BaseUrls } from './agent.ts';

/**
 * Variables that the Anthropic and OpenAI SDKs read. `ANTHROPIC_BASE_URL` comes without `/v1`: Claude Code adds it, and
 * opencode and Kilo post to `/messages` below it, which the gateway takes as well, so that one value serves all three.
 * `OPENAI_BASE_URL` comes with `/v1`, as the SDKs use it unchanged.
 */
export function sdkEnvironment(bases: BaseUrls): Record<string, string> {
  return { ...anthropicEnvironment(bases), ...(bases.openai ? { OPENAI_BASE_URL: bases.openai } : {}) };
}

export function anthropicEnvironment(bases: BaseUrls): Record<string, string> {
  return bases.anthropic ? { ANTHROPIC_BASE_URL: bases.anthropic } : {};
}
