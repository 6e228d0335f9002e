import { NonsenseLine } from './agent.ts';
import { field, parsed, textField } from './requestBody.ts';

/**
 * `ui_messages.json`, which Cline's first generation and all that was made from it (Roo, Zoo, Kilo 4 and 5) write: an array of messages
 * `{ts, type: "say" | "ask", say, ask, text, …}`. A request is `say: "api_req_started"`; its `text` is JSON with the counts, put in once the answer is over.
 */
export interface UiMessages {
  readonly requests: readonly UiRequest[];
  /** Everything else that is said, with the prompt it belongs to. */
  readonly others: readonly UiMessage[];
  /** Requests whose text is no JSON. */
  readonly nonsense: number;
}

export interface UiMessage {
  /** Milliseconds since the epoch; the message's identity within its task. */
  readonly ts: number;
  readonly say: string;
  /** `ts` of the user's prompt it follows. */
  readonly prompt: number;
  readonly message: unknown;
}

export interface UiRequest extends UiMessage {
  /** What `text` holds. */
  readonly info: unknown;
  /** The last that is told of its answer and tools: its end is not told. */
  readonly ended: number;
  /** When the next request began; Infinity for the last. */
  readonly until: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const saidByUser = ['user_feedback', 'user_feedback_diff'];
/** No answer takes longer (ms); what comes later is told of something else. */
const longestAnswer = 30 * 60_000;

/** Throws `NonsenseLine` for anything that is no such array. */
export function uiMessages(document: unknown): UiMessages {
  if (!Array.isArray(document)) throw new NonsenseLine('no conversation');
  const requests: Writable<UiRequest>[] = [];
  const others: UiMessage[] = [];
  let [nonsense, known] = [0, 0];
  let prompt: number | undefined;
  let open: Writable<UiRequest> | undefined;
  for (const message of document as readonly unknown[]) {
    const ts = field(message, 'ts');
    const type = field(message, 'type');
    if (typeof ts !== 'number' || !Number.isFinite(ts) || (type !== 'say' && type !== 'ask')) continue;
    known += 1;
    const say = textField(message, 'say') ?? '';
    if (prompt === undefined || saidByUser.includes(say)) {
      prompt = ts;
      open = undefined;
    }
    if (say === 'api_req_started') {
      if (requests.length > 0) (requests.at(-1) as Writable<UiRequest>).until = ts;
      open = undefined;
      const info = parsed(textField(message, 'text'));
      if (typeof info !== 'object' || info === null) {
        nonsense += 1;
        continue;
      }
      open = { ts, say, prompt, message, info, ended: ts, until: Number.POSITIVE_INFINITY };
      requests.push(open);
      continue;
    }
    if (open && ts > open.ended && ts - open.ts <= longestAnswer) open.ended = ts;
    others.push({ ts, say, prompt, message });
  }
  if (document.length > 0 && known === 0) throw new NonsenseLine('no messages');
  return { requests, others, nonsense };
}

/** The task's own id: the folder that its files lie in. */
export function taskFolder(path: string): string {
  const [, folder] = /[\\/]([^\\/]+)[\\/][^\\/]+$/.exec(path) ?? [];
  if (!folder) throw new NonsenseLine('no task folder');
  return folder;
}

/** A task's files: `tasks/<id>/ui_messages.json`. Beside them may lie a whole repository of checkpoints, which is not entered. */
export const uiMessagesPlace = {
  matches: (path: string): boolean => /[\\/]tasks[\\/][^\\/]+[\\/]ui_messages\.json$/.test(path),
  enters: (folder: string): boolean => /[\\/]tasks[\\/][^\\/]+$/.test(folder),
};

/** OpenAI keeps what it writes into its cache for 30 minutes, Anthropic for 5. Which of them wrote, the model tells. */
export function cacheWritten(model: string, tokens: number): { readonly cacheWrite30m?: number; readonly cacheWrite5m?: number } {
  return /(^|\/)(gpt-|chatgpt-|o\d)/.test(model) ? { cacheWrite30m: tokens } : { cacheWrite5m: tokens };
}

/** A cost in a record as a decimal string of USD; `undefined` for none and for 0, which only means that no price was known. */
export function usdOf(record: unknown, name: string): string | undefined {
  const value = field(record, name);
  if (typeof value !== 'number' || !(value > 0) || value > 1e6) return undefined;
  return value.toFixed(12).replace(/\.?0+$/, '');
}
