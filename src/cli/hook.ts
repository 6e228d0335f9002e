import { stopDoorFile, whyStopped } from '../hooks/ask.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import type { Command, CommandIo } from './command.ts';

/**
 * `spend-meter hook <agent>`: an agent's own hook asks whether its task is stopped. Claude Code, Codex, Gemini CLI and Qwen Code take the same answer. Whatever
 * fails, it says nothing and ends with 0: an exit status of 2 makes some of them go on for ever.
 */
export const main: Command = async ([agent = ''], io) => {
  try {
    const input: unknown = JSON.parse(await whole(io.stdin));
    const session: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'session_id') : undefined;
    if (typeof session !== 'string') return 0;
    const folder = stateFolder(io.env, process.platform, io.home);
    const why = await whyStopped(`${folder}/${stopDoorFile}`, `${agent}:${session}`);
    if (why) io.stdout.write(`${JSON.stringify({ continue: false, stopReason: why })}\n`);
  } catch {
    // Not a hook's input: the agent goes on.
  }
  return 0;
};

/** `node:stream/consumers` would take longer to load than all of this takes. */
async function whole(stdin: CommandIo['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
