import { appendFileSync } from 'node:fs';
import { patienceMs, stopDoorFile, whyStopped } from '../hooks/ask.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import type { Command, CommandIo } from './command.ts';

/**
 * `spend-meter hook <agent>`: an agent's own hook asks whether its task is stopped. Claude Code, Codex, Gemini CLI, Qwen Code, Copilot and
 * VS Code's chat take the same answer. Cline takes its own. Whatever fails, it says nothing and ends with 0: an exit status of 2 makes some of them go on for ever.
 */
export const main: Command = async ([agent = ''], io) => {
  const folder = stateFolder(io.env, process.platform, io.home);
  const until = performance.now() + patienceMs;
  try {
    const input: unknown = JSON.parse(await whole(io.stdin));
    const session = sessionIn(input);
    if (session === undefined) return 0;
    const why = await whyStopped(`${folder}/${stopDoorFile}`, `${agent}:${session}`, Math.max(1, until - performance.now()));
    if (why) io.stdout.write(`${JSON.stringify(answer(agent, textIn(input, 'hook_event_name'), why))}\n`);
  } catch (error) {
    note(
      folder,
      `a hook of ${agent} let it go on: ${error instanceof SyntaxError ? 'what it was given is no JSON' : String(error)}`,
    );
  }
  return 0;
};

/** A line in the service's log, where there is one: a hook makes no folders. */
function note(folder: string, what: string): void {
  try {
    appendFileSync(`${folder}/service.log`, `${new Date().toISOString()} warn ${what}\n`, { mode: 0o600 });
  } catch {
    // Nowhere to say it.
  }
}

/** Cline's sub-agents tell the session they belong to. */
function sessionIn(input: unknown): string | undefined {
  const own = ['session_id', 'sessionId'].map((name) => textIn(input, name)).find((id) => id !== undefined);
  return own ?? textIn(Reflect.get(Object(input), 'sessionContext'), 'rootSessionId');
}

/** The Copilot CLI (1.0.102) knows no `continue`: it takes a block of the prompt, and around tools nothing that ends it. Cline has words of its own. */
function answer(agent: string, event: string | undefined, why: string): object {
  if (agent === 'cline') return { cancel: true, errorMessage: why };
  const stop = { continue: false, stopReason: why };
  return agent === 'copilot' && event === 'UserPromptSubmit' ? { ...stop, decision: 'block', reason: why } : stop;
}

function textIn(input: unknown, name: string): string | undefined {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** What it was given; throws where that has not come in time. `node:stream/consumers` would take longer to load than all of this takes. */
async function whole(stdin: CommandIo['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  const late = setTimeout(() => {
    if ('destroy' in stdin && typeof stdin.destroy === 'function') stdin.destroy();
  }, patienceMs);
  try {
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).toString('utf8');
}
