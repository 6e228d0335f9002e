import { modeOf } from '../../core/mode.ts';
import type { Observation, Outcome } from '../../core/request.ts';
import { anthropicUsage } from '../../core/usageOf/anthropic.ts';
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

  constructor(resume?: unknown) {
    this.#mode = textField(resume, 'mode');
    this.#run = textField(resume, 'run');
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
    return [this.#observation(line, message, id, model)];
  }

  state(): unknown {
    return { ...(this.#mode ? { mode: this.#mode } : {}), ...(this.#run ? { run: this.#run } : {}) };
  }

  #observation(line: unknown, message: unknown, id: string, model: string): Observation {
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
      keys: [`msg:${id}`, ...requestKeys(textField(line, 'requestId'))],
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
      usage: anthropicUsage(object(record)),
      counted: 'reported',
      billing: 'unknown',
      serviceTier: textField(record, 'speed') === 'fast' ? 'fast' : textField(record, 'service_tier'),
      region: region === 'not_available' ? undefined : region,
      outcome: outcomeOf(line, message),
    };
  }
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
