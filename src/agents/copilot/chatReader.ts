import type { Observation } from '../../core/request.ts';
import { type LineReader, NonsenseLine } from '../agent.ts';
import { field, textField } from '../requestBody.ts';
import { jsonLine } from '../tokenCounts.ts';
import { type ChatTurn, chatTurn, isUntold, turnObservation } from './chatTurn.ts';

interface State {
  session?: string;
  turns: ChatTurn[];
}

/**
 * `chatSessions/<id>.jsonl`: a log of changes to one object (microsoft/vscode, `objectMutationLog.ts`). The first line is all of it (`kind` 0); then `kind` 1 sets
 * the property at the path `k` to `v`, 2 adds `v` to the array there, from place `i` on, 3 takes a property away.
 */
export class ChatReader implements LineReader {
  readonly #session: string;
  readonly #workspace: string | undefined;
  readonly #state: State;

  constructor(session: string, workspace: string | undefined, resume?: unknown) {
    this.#session = session;
    this.#workspace = workspace;
    const turns = field(resume, 'turns');
    this.#state = { session: textField(resume, 'session'), turns: Array.isArray(turns) ? (turns as ChatTurn[]) : [] };
  }

  line(bytes: Buffer): readonly Observation[] {
    const entry = jsonLine(bytes);
    const value = field(entry, 'v');
    const path = field(entry, 'k');
    switch (field(entry, 'kind')) {
      case 0:
        return this.#whole(value);
      case 1:
        return this.#set(path, value);
      case 2:
        return this.#added(path, value, field(entry, 'i'));
      case 3:
        return [];
      default:
        throw new NonsenseLine('no change of a chat');
    }
  }

  state(): unknown {
    return this.#state;
  }

  untold(): number {
    return this.#state.turns.filter(isUntold).length;
  }

  #whole(value: unknown): readonly Observation[] {
    const requests = field(value, 'requests');
    if (!Array.isArray(requests)) throw new NonsenseLine('no chat');
    this.#state.session = textField(value, 'sessionId');
    this.#state.turns = requests.map(chatTurn);
    return this.#told(0);
  }

  #set(path: unknown, value: unknown): readonly Observation[] {
    if (!Array.isArray(path) || path[0] !== 'requests') return [];
    const [, at, name] = path as readonly unknown[];
    if (path.length !== 3 || typeof at !== 'number' || typeof name !== 'string') return [];
    const before = this.#state.turns[at];
    if (!before) return [];
    this.#state.turns[at] = { ...before, ...changed(chatTurn({ [name]: value }), name) };
    return this.#told(at, at + 1);
  }

  #added(path: unknown, value: unknown, from: unknown): readonly Observation[] {
    if (!Array.isArray(path) || path.length !== 1 || path[0] !== 'requests') return [];
    const { turns } = this.#state;
    // A turn that was taken back has been paid: it stays counted where it was, under its own id.
    if (typeof from === 'number') turns.splice(from);
    const first = turns.length;
    if (Array.isArray(value)) turns.push(...value.map(chatTurn));
    return this.#told(first);
  }

  #told(from: number, to?: number): readonly Observation[] {
    const place = { session: this.#state.session ?? this.#session, workspace: this.#workspace };
    return this.#state.turns.slice(from, to).flatMap((turn) => turnObservation(turn, place) ?? []);
  }
}

/** A result tells of its calls and model and holds no counts where they have a place of their own; it must not wipe them out. */
function changed(turn: ChatTurn, name: string): ChatTurn {
  if (name !== 'result') return turn;
  const { prompt, output, ...rest } = turn;
  return { ...rest, ...(prompt ? { prompt } : {}), ...(output ? { output } : {}) };
}
