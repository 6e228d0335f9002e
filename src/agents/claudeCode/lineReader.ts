import { answerKeys } from '../../core/answerKey.ts';
import { modeOf } from '../../core/mode.ts';
import type { Observation, Outcome } from '../../core/request.ts';
import { promptTokens, type Usage } from '../../core/usage.ts';
import { anthropicAsides, anthropicUsage } from '../../core/usageOf/anthropic.ts';
import { object } from '../../core/usageOf/json.ts';
import { type LineReader, NonsenseLine } from '../agent.ts';
import { field, parsed, textField } from '../requestBody.ts';
import { jsonLine, momentOf, mustBeCounts } from '../tokenCounts.ts';
import { claudeModes, isAside } from './identity.ts';
import { requestKeys } from './requestId.ts';

/**
 * Claude Code writes one line per content block of an answer. They share `message.id`; in some versions the early ones
 * carry the opening output count. `requestId` alone is no identity: third-party endpoints leave it out, side questions
 * get a new one for the same message; beside the message's it names the request as the gateway and the telemetry know it. Forked and resumed sessions copy lines with their ids.
 */
export class ClaudeLineReader implements LineReader {
  /** Of the latest prompt. */
  #mode: string | undefined;
  #run: string | undefined;
  /** The latest answer that was cut, and what our own count makes of its lines so far. */
  #cut: { readonly id: string; readonly tokens: number } | undefined;

  /** Answers whose usage no line has told so far, and the latest of them: its next line may tell it. */
  #untold: { readonly count: number; readonly last: string };

  constructor(resume?: unknown) {
    this.#mode = textField(resume, 'mode');
    this.#run = textField(resume, 'run');
    const cut = field(resume, 'cut');
    const [id, counted] = [textField(cut, 'id'), field(cut, 'tokens')];
    if (id && typeof counted === 'number') this.#cut = { id, tokens: counted };
    const untold = field(resume, 'untold');
    this.#untold = { count: Number(field(untold, 'count') ?? 0), last: textField(untold, 'last') ?? '' };
  }

  line(bytes: Buffer): readonly Observation[] {
    const line = slimLine(bytes) ?? jsonLine(bytes);
    const mode = textField(line, 'permissionMode');
    // A sub-agent's first line names the prompt of its parent, and no mode.
    if (!mode) this.#run ??= textField(line, 'promptId');
    else {
      this.#mode = mode;
      this.#run = textField(line, 'promptId') ?? textField(line, 'uuid') ?? this.#run;
    }
    if (field(line, 'type') !== 'assistant') return [];
    const message = field(line, 'message');
    const record = field(message, 'usage');
    const model = textField(message, 'model');
    if (record === undefined || model === '<synthetic>') return [];
    const id = textField(message, 'id');
    if (!id || !model) throw new NonsenseLine('an answer without id or model');
    mustBeCounts(record, ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']);
    const usage = anthropicUsage(object(record));
    this.#tells(id, usage !== undefined);
    if (!usage) return [];
    const seen = this.#observation(line, message, id, model, usage);
    if (seen.outcome === 'cut') return [this.#cutShort(seen, id, field(field(jsonLine(bytes), 'message'), 'content'))];
    return [seen, ...asidesOf(seen, record)];
  }

  state(): unknown {
    return {
      ...(this.#mode ? { mode: this.#mode } : {}),
      ...(this.#run ? { run: this.#run } : {}),
      ...(this.#cut ? { cut: this.#cut } : {}),
      ...(this.#untold.count > 0 ? { untold: this.#untold } : {}),
    };
  }

  untold(): number {
    return this.#untold.count;
  }

  #tells(id: string, isTold: boolean): void {
    const { count, last } = this.#untold;
    if (isTold && id === last) this.#untold = { count: count - 1, last: '' };
    else if (!isTold && id !== last) this.#untold = { count: count + 1, last: id };
  }

  /** The provider never told how much it said: that is our own count, over all lines of the answer. */
  #cutShort(seen: Observation, id: string, content: unknown): Observation {
    const before = this.#cut?.id === id ? this.#cut.tokens : 0;
    this.#cut = { id, tokens: before + roughTokens(content) };
    const output = Math.max(seen.usage.output, this.#cut.tokens);
    return { ...seen, usage: { ...seen.usage, output }, counted: 'estimated' };
  }

  #observation(line: unknown, message: unknown, id: string, model: string, usage: Usage): Observation {
    const record = field(message, 'usage');
    const session = textField(line, 'sessionId') ?? 'unknown';
    const root = `claude-code:${session}`;
    const subAgent = textField(line, 'agentId');
    const isSubAgent = subAgent !== undefined && field(line, 'isSidechain') === true && !isAside(subAgent);
    const mode = (isSubAgent ? textField(line, 'attributionAgent') : undefined) ?? this.#mode;
    const branch = textField(line, 'gitBranch');
    const region = textField(record, 'inference_geo');
    return {
      source: 'sessions',
      keys: [...ownKeys(line, session, id, usage), ...requestKeys(textField(line, 'requestId'))],
      at: momentOf(field(line, 'timestamp')),
      agent: 'claude-code',
      task: isSubAgent ? `${root}/${subAgent}` : root,
      parent: isSubAgent ? root : undefined,
      run: this.#run && `claude-code:${this.#run}`,
      mode: mode === undefined ? undefined : modeOf(mode, claudeModes),
      kind: 'work',
      workspace: textField(line, 'cwd'),
      branch: branch === 'HEAD' ? undefined : branch,
      provider: providerOf(id, model),
      model,
      usage,
      counted: 'reported',
      billing: 'unknown',
      serviceTier: textField(record, 'speed') === 'fast' ? 'fast' : textField(record, 'service_tier'),
      region: region === 'not_available' ? undefined : region,
      outcome: outcomeOf(line, message),
    };
  }
}

/**
 * By the id of the answer; where that may be another's too, by the session and the prompt, which the lines of an answer share, and by the line's own id, which its
 * copies in forked sessions keep.
 */
function ownKeys(line: unknown, session: string, id: string, usage: Usage): readonly string[] {
  const known = answerKeys('msg', id);
  if (known.length > 0) return known;
  const uuid = textField(line, 'uuid');
  return [`claude-code:${session}/${id}/${promptTokens(usage)}`, ...(uuid ? [`claude-line:${uuid}/${id}`] : [])];
}

/** What other models were asked within an answer: requests of their own. */
function asidesOf(seen: Observation, record: unknown): readonly Observation[] {
  const { began: _began, ...place } = seen;
  return anthropicAsides(object(record)).map(({ model, usage }, at) => ({
    ...place,
    keys: seen.keys.map((key) => `${key}/advisor/${at}`),
    kind: 'other',
    model,
    usage,
    serviceTier: undefined,
  }));
}

/** Four letters are about a token, in what was said, thought and written into calls of tools. */
function roughTokens(content: unknown): number {
  const blocks = Array.isArray(content) ? (content as readonly unknown[]) : [];
  const letters = blocks.map((block) => {
    const input = field(block, 'input');
    const said = textField(block, 'text') ?? textField(block, 'thinking') ?? (input === undefined ? '' : JSON.stringify(input));
    return said.length;
  });
  return Math.ceil(letters.reduce((sum, each) => sum + each, 0) / 4);
}

const contentStart = Buffer.from('"content":[');
const contentEnd = Buffer.from('],"stop_reason":');

/**
 * The line without what the model said, which is most of it and nothing we need. In JSON a quote inside a text is
 * escaped, so these marks are structure, and the last end belongs to the message itself, after any tool's input.
 * `undefined` where the line is not laid out so or the rest lacks what counts: then all of it is read.
 */
function slimLine(bytes: Buffer): unknown {
  const start = bytes.indexOf(contentStart) + contentStart.length;
  const end = bytes.lastIndexOf(contentEnd);
  if (start < contentStart.length || end < start) return undefined;
  const line = parsed(bytes.toString('utf8', 0, start) + bytes.toString('utf8', end));
  const message = field(line, 'message');
  return textField(message, 'id') && field(message, 'usage') ? line : undefined;
}

/** Bedrock and Vertex mark their message ids. Another maker's model behind an endpoint of the user's: who sells it is not told. */
function providerOf(id: string, model: string): string {
  if (id.startsWith('msg_bdrk_')) return 'bedrock';
  if (id.startsWith('msg_vrtx_')) return 'vertex';
  return /claude/i.test(model) ? 'anthropic' : '';
}

/**
 * Since 2.1.100 every line of a finished answer has its stop reason, so a line without one is an answer that was cut,
 * with the opening output count. Older versions never wrote one: there it means nothing.
 */
function outcomeOf(line: unknown, message: unknown): Outcome {
  if (field(message, 'stop_reason') !== null) return 'ok';
  const [major = 0, minor = 0, patch = 0] = (textField(line, 'version') ?? '').split('.').map(Number);
  const tells = major > 2 || (major === 2 && (minor > 1 || (minor === 1 && patch >= 100)));
  return tells ? 'cut' : 'ok';
}
