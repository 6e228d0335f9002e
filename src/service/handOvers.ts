import { isObject } from '../core/usageOf/json.ts';
import type { Call } from '../gateway/meter.ts';

/** Tools that begin another agent: Cline's `spawn_agent`, Gemini CLI's `invoke_agent`, Qwen Code's `agent`, Roo's `new_task`, … None that files a task away. */
const beginsAnother = /^(task|new_task|((spawn|invoke|use|run)_)?(sub)?agents?|delegate(_to_agent|_task)?)$/i;
/** What they call the prompt. */
const promptNames = /^(prompt|task|message|objective|query|instructions?)(_?\d+)?$/i;
/** Longest arguments of such a call, and longest prompt, that are looked at: characters. */
const longestInput = 100_000;
/** A prompt of fewer characters is too common to tell anything. */
const shortestPrompt = 12;
/** How long a sub-agent may wait for its turn before it is begun (ms), and how many may. */
const longestWait = 10 * 60_000;
const mostWaiting = 1_000;

export interface HandOversOptions {
  /** The keyed hash of a prompt: nothing of the text itself is kept. */
  readonly mark: (prompt: string) => string;
  readonly now: () => number;
}

/**
 * Whose sub-agent a conversation is, where its requests do not say: an agent gives another its prompt in a call, and the other begins with just that. Known
 * before the other's first request, so that a budget and a stop of the task hold for it from the start.
 */
export class HandOvers {
  readonly #options: HandOversOptions;
  /** Agent and prompt → who gave it. */
  readonly #given = new Map<string, { readonly task: string; readonly at: number }>();

  constructor(options: HandOversOptions) {
    this.#options = options;
  }

  /** `task` gives what stands in these calls to others. */
  give(agent: string, task: string, calls: readonly Call[]): void {
    const { mark, now } = this.#options;
    for (const prompt of calls.flatMap(promptsIn)) {
      const key = `${agent} ${mark(prompt)}`;
      this.#given.delete(key);
      this.#given.set(key, { task, at: now() });
    }
    for (const key of this.#given.keys()) {
      if (this.#given.size <= mostWaiting) break;
      this.#given.delete(key);
    }
  }

  /** Who gave a conversation its first prompt; `undefined` where nobody did. */
  giver(agent: string, task: string, opening: string | undefined): string | undefined {
    const given = opening === undefined ? undefined : this.#given.get(`${agent} ${opening}`);
    if (!given || given.task === task || this.#options.now() - given.at > longestWait) return undefined;
    return given.task;
  }
}

function promptsIn({ tool, input }: Call): string[] {
  if (!beginsAnother.test(tool)) return [];
  return Object.entries(inputOf(input)).flatMap(([name, value]) => {
    if (!promptNames.test(name) || typeof value !== 'string') return [];
    return value.length >= shortestPrompt && value.length <= longestInput ? [value] : [];
  });
}

function inputOf(input: unknown): object {
  if (typeof input !== 'string') return isObject(input) ? input : {};
  if (input.length > longestInput) return {};
  try {
    const value: unknown = JSON.parse(input);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
