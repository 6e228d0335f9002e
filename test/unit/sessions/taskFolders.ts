import { join } from 'node:path';
import { write } from './support.ts';

/** Task folders as Cline's first generation and its descendants (Roo, Zoo, Kilo 4 and 5) write them. */
export const storage = (home: string, extension: string, editor = 'Code') =>
  join(home, '.config', editor, 'User', 'globalStorage', extension);

export const taskPath = (home: string, extension: string, id: string, editor?: string) =>
  join(storage(home, extension, editor), 'tasks', id, 'ui_messages.json');

export type Message = Readonly<Record<string, unknown>>;

export const say = (ts: number, what: string, text = '', more: Message = {}): Message => ({
  ts,
  type: 'say',
  say: what,
  text,
  ...more,
});
export const ask = (ts: number, what: string, text = ''): Message => ({ ts, type: 'ask', ask: what, text });
export const request = (ts: number, info: Message, more: Message = {}): Message =>
  say(ts, 'api_req_started', JSON.stringify(info), more);

/** A user turn as it is stored for the provider, with the block that names mode and model. */
export const userTurn = (ts: number, slug: string, model: string): Message => ({
  role: 'user',
  ts,
  content: [
    { type: 'tool_result', tool_use_id: 't', content: '# Current Mode\n<slug>quoted</slug>\n<name>x</name>' },
    {
      type: 'text',
      text: `<environment_details>\n# VSCode Visible Files\n\n# Current Mode\n<slug>${slug}</slug>\n<name>Name</name>\n<model>${model}</model>\n</environment_details>`,
    },
  ],
});

export function writeTask(path: string, messages: readonly Message[], beside: Readonly<Record<string, unknown>> = {}): void {
  for (const [name, value] of Object.entries(beside)) write(join(path, '..', name), JSON.stringify(value));
  write(path, JSON.stringify(messages));
}
