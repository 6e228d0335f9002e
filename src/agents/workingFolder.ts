import type { RequestFacts } from './agent.ts';
import { beforeFirstAnswer, insideTags, systemText } from './requestBody.ts';

/** What agents put around what they tell their model of the machine: in the system prompt, or before or behind the first words of their user. */
const blocks = ['env', 'environment_context', 'environment_details', 'system-reminder', 'session_context'];

/**
 * How they tell where they work, a whole line, or all that is in a tag or in brackets (seen in the requests of Claude Code, Codex, OpenCode, Kilo, Cline, Copilot CLI, Gemini
 * CLI and Qwen Code; Roo's and classic Cline's as their sources have it).
 */
const told = [
  /^[ \t]*(?:(?:[-*]|\d+\.)[ \t]*)?(?:primary |current )?working directory:[ \t]*(.+)$/im,
  /<cwd>([^\n]+)<\/cwd>/,
  /^# Current (?:Working|Workspace) Directory \((.+)\) Files/m,
  /^I'm currently working in the directory:[ \t]*(.+)$/m,
  /^- \*\*Workspace Directories:\*\*[ \t]*\n[ \t]*-[ \t]*(.+)$/m,
];
const absolute = /^(?:\/|\\\\|[A-Za-z]:[\\/])/;

/** The folder an agent works in, from what it tells its model of the machine before the first answer. Never from what its user or a tool says. */
export function workingFolder({ body }: Pick<RequestFacts, 'body'>): string | undefined {
  for (const text of [systemText(body), ...beforeFirstAnswer(body)]) {
    for (const inside of blocks.flatMap((tag) => insideTags(text, tag))) {
      const found = told.map((pattern) => pattern.exec(inside)?.[1]?.trim()).find((path) => path && absolute.test(path));
      if (found) return found;
    }
  }
  return undefined;
}
