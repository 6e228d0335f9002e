import type { RequestFacts } from './agent.ts';
import { openingText, systemText } from './requestBody.ts';

/**
 * How agents tell their model where they work (seen in the requests of Claude Code, Codex, OpenCode, Kilo, Cline, Copilot CLI, Gemini CLI and Qwen Code; Roo's and classic
 * Cline's as their sources have it), an absolute path behind it.
 */
const told =
  /(?:working directory:|in the directory:|\*\*Workspace Directories:\*\*\s*-|<cwd>|# Current (?:Working|Workspace) Directory \()[ \t]*((?:\/|[A-Za-z]:[\\/])[^\n<)]*)/i;

/** The folder an agent works in, from its system prompt or what stands before its first answer. Never from what a tool read. */
export function workingFolder({ body }: Pick<RequestFacts, 'body'>): string | undefined {
  const found = told.exec(systemText(body)) ?? told.exec(openingText(body));
  return found?.[1]?.trim() || undefined;
}
