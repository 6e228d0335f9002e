import { type AnswerSpace, answerKeys } from '../../core/answerKey.ts';
import { modeOf } from '../../core/mode.ts';
import { proprietaryVendor } from '../../core/models.ts';
import type { Observation } from '../../core/request.ts';
import { toldUsage, usage } from '../../core/usage.ts';
import { type LineReader, NonsenseLine } from '../agent.ts';
import { field, textField } from '../requestBody.ts';
import { thoughtsAreBeside } from '../responseEvent.ts';
import { jsonLine, momentOf, tokens } from '../tokenCounts.ts';
import { kindOfSubAgent, qwenModes } from './modes.ts';

/** A line is understood by itself: nothing is remembered between them but how many answers told no usage. */
export class QwenChatReader implements LineReader {
  #untold: number;

  constructor(resume?: unknown) {
    this.#untold = Number(field(resume, 'untold') ?? 0);
  }

  line(bytes: Buffer): readonly Observation[] {
    const line = jsonLine(bytes);
    const event = field(field(line, 'systemPayload'), 'uiEvent');
    if (textField(line, 'type') !== 'system' || textField(event, 'event.name') !== 'qwen-code.api_response') return [];
    const [session, uuid, model] = [textField(line, 'sessionId'), textField(line, 'uuid'), textField(event, 'model')];
    if (!session || !uuid || !model) throw new NonsenseLine('an answer without session, id or model');
    const seen = observation(line, event, { session, uuid, model });
    if (seen) return [seen];
    this.#untold += 1;
    return [];
  }

  state(): unknown {
    return this.#untold > 0 ? { untold: this.#untold } : null;
  }

  untold(): number {
    return this.#untold;
  }
}

function observation(
  line: unknown,
  event: unknown,
  { session, uuid, model }: { readonly session: string; readonly uuid: string; readonly model: string },
): Observation | undefined {
  const id = textField(event, 'response_id');
  const at = momentOf(field(event, 'event.timestamp') ?? field(line, 'timestamp'));
  const root = `qwen-code:${session}`;
  const name = textField(event, 'subagent_name');
  const subAgent = name && (textField(event, 'subagent_id') ?? name);
  const prompt = textField(event, 'prompt_id');
  const kind = name ? kindOfSubAgent(name) : 'work';
  // The memory keepers work on their conversation's own history: their cost is that task's.
  const isTask = subAgent !== undefined && kind === 'work';
  const [input, cached] = [tokens(event, 'input_token_count'), tokens(event, 'cached_content_token_count')];
  const [said, thoughts] = [tokens(event, 'output_token_count'), tokens(event, 'thoughts_token_count')];
  const output = said + (thoughtsAreBeside(input, said, thoughts, tokens(event, 'total_token_count')) ? thoughts : 0);
  const login = textField(event, 'auth_type') ?? '';
  const space = spaceOf(login);
  const used = toldUsage(
    usage({
      uncachedInput: Math.max(0, input - cached),
      cacheRead: cached,
      output,
      reasoning: Math.min(thoughts, output),
    }),
  );
  if (!used) return undefined;
  return {
    source: 'sessions',
    keys: [...(space ? answerKeys(space, id) : []), `qwen-code:${uuid}`],
    at,
    began: at - tokens(event, 'duration_ms'),
    agent: 'qwen-code',
    task: isTask ? `${root}/${subAgent}` : root,
    parent: isTask ? root : undefined,
    run: prompt && !subAgent ? `qwen-code:${prompt}` : undefined,
    mode: isTask ? modeOf(name ?? '', qwenModes) : undefined,
    kind,
    workspace: textField(line, 'cwd'),
    branch: textField(line, 'gitBranch'),
    provider: providerOf(login, model),
    model,
    usage: used,
    counted: 'reported',
    // Only a Qwen login is no key of the user's.
    billing: login === 'qwen-oauth' ? 'plan' : 'unknown',
    outcome: 'ok',
  };
}

/** Whose ids the gateway has the same answers under. */
function spaceOf(login: string): AnswerSpace | undefined {
  switch (login) {
    case 'openai':
    case 'qwen-oauth':
      return 'chat';
    case 'anthropic':
      return 'msg';
    case 'gemini':
    case 'vertex-ai':
      return 'gemini';
    default:
      return undefined;
  }
}

/** `openai` is anybody's endpoint of that kind: who sells there is told only by a model that has one seller. */
function providerOf(login: string, model: string): string {
  switch (login) {
    case 'anthropic':
      return 'anthropic';
    case 'gemini':
      return 'google';
    case 'vertex-ai':
      return 'vertex';
    case 'qwen-oauth':
      return 'alibaba';
    default:
      return proprietaryVendor(model) ?? '';
  }
}
