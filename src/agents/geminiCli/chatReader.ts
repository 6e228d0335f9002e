import type { Observation } from '../../core/request.ts';
import { toldUsage, usage } from '../../core/usage.ts';
import { type LineReader, NonsenseLine } from '../agent.ts';
import { field, textField } from '../requestBody.ts';
import { jsonLine, momentOf, tokens } from '../tokenCounts.ts';
import { workspaceIn } from './identity.ts';

/**
 * A conversation: a header, then a line for each message. An answer is written when it is over and once more when its tools have run, under the same id and time.
 * A resumed session goes on in its file, with its header and all its messages (these inside of `$set`, which counts nothing) once more.
 */
export class GeminiChatReader implements LineReader {
  #session: string;
  readonly #parent: string | undefined;
  /** The message that holds the user's latest prompt. */
  #run: string | undefined;
  #workspace: string | undefined;

  constructor(path: string, resume?: unknown) {
    const [, folder, name = ''] = /[\\/]chats[\\/](?:([^\\/]+)[\\/])?([^\\/]+)\.jsonl$/.exec(path) ?? [];
    this.#parent = folder;
    this.#session = textField(resume, 'session') ?? name;
    this.#run = textField(resume, 'run');
    this.#workspace = textField(resume, 'workspace');
  }

  line(bytes: Buffer): readonly Observation[] {
    const line = jsonLine(bytes);
    // A resumed session's header has a new id for a moment; the one of before is put back by the next line.
    if (textField(line, 'projectHash') !== undefined) this.#session = textField(line, 'sessionId') ?? this.#session;
    const set = field(line, '$set');
    if (set !== undefined) this.#context(set);
    const type = textField(line, 'type');
    if (type === 'user') this.#prompt(line);
    return type === 'gemini' && field(line, 'tokens') !== undefined ? this.#answer(line) : [];
  }

  state(): unknown {
    return { session: this.#session, run: this.#run, workspace: this.#workspace };
  }

  /** The first message tells the folders of the session. */
  #context(set: unknown): void {
    const messages = field(set, 'messages');
    if (this.#workspace === undefined && Array.isArray(messages))
      this.#workspace = workspaceIn(saidIn((messages as readonly unknown[])[0]) ?? '');
  }

  /** Results of tools come as a user's message too. */
  #prompt(line: unknown): void {
    if (saidIn(line) !== undefined) this.#run = textField(line, 'id') ?? this.#run;
  }

  #answer(line: unknown): readonly Observation[] {
    const [id, model, counts] = [textField(line, 'id'), textField(line, 'model'), field(line, 'tokens')];
    if (!id || !model) throw new NonsenseLine('an answer without id or model');
    const [cached, thoughts] = [tokens(counts, 'cached'), tokens(counts, 'thoughts')];
    const used = usage({
      // `input` holds what the cache gave; what a tool of the provider's fed back is told beside it.
      uncachedInput: Math.max(0, tokens(counts, 'input') + tokens(counts, 'tool') - cached),
      cacheRead: cached,
      output: tokens(counts, 'output') + thoughts,
      reasoning: thoughts,
    });
    if (!toldUsage(used)) return [];
    return [
      {
        source: 'sessions',
        keys: [`gemini-cli:${id}`],
        at: momentOf(field(line, 'timestamp')),
        agent: 'gemini-cli',
        task: `gemini-cli:${this.#session}`,
        parent: this.#parent && `gemini-cli:${this.#parent}`,
        run: this.#run && `gemini-cli:${this.#run}`,
        kind: 'work',
        workspace: this.#workspace,
        provider: 'google',
        model,
        usage: used,
        counted: 'reported',
        billing: 'unknown',
        outcome: 'ok',
      },
    ];
  }
}

/** What a person or the program itself said in a message; `undefined` where it only brings results. */
function saidIn(message: unknown): string | undefined {
  const content = field(message, 'content');
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = (content as readonly unknown[]).flatMap((part) => textField(part, 'text') ?? []);
  return texts.length > 0 ? texts.join('\n') : undefined;
}
