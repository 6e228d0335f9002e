import { type AnswerSpace, answerKeys } from '../../core/answerKey.ts';
import { modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { turnKey } from '../../core/turn.ts';
import { toldUsage, usage } from '../../core/usage.ts';
import { type LineReader, NonsenseLine } from '../agent.ts';
import { field, textField } from '../requestBody.ts';
import { jsonLine, momentOf, tokens } from '../tokenCounts.ts';
import { usdOfNanoCredits } from './credits.ts';
import { copilotModes, interactionKinds } from './modes.ts';
import { github, ownSeller } from './provider.ts';

/** Names of an answer's id that the gateway knows it by, from the endpoint it came from. */
const keySpaces: Readonly<Record<string, AnswerSpace>> = {
  '/v1/messages': 'msg',
  '/responses': 'resp',
  '/chat/completions': 'chat',
};

interface State {
  session?: string;
  cwd?: string;
  branch?: string;
  /** The last prompt. */
  run?: string;
  mode?: string;
  /** The user's own agent, where one is chosen. */
  custom?: string;
  /** Sub-agent's id → its name. */
  names?: Record<string, string>;
  /** The file tells each call, so its closing sums tell nothing more. */
  tells?: boolean;
}

/**
 * `events.jsonl` of the Copilot runtime: the CLI, and VS Code's Agent Host, which runs the same (1.0.102 run; shapes from its own `session-events.schema.json`).
 * `session.usage_record` is one model call, with the provider's id of the answer; input counts hold the cache. Older versions leave only the sums of
 * `session.shutdown`, cumulative over the session: one row for each model then, which later sums replace, and which stands back
 * where somebody has seen the calls (`core/turn.ts`).
 */
export class CopilotEventReader implements LineReader {
  readonly #state: State;
  readonly #folder: string;

  /** `folder` = name of the session's folder, which is its id. */
  constructor(folder: string, resume?: unknown) {
    this.#folder = folder;
    this.#state = typeof resume === 'object' && resume !== null ? { ...(resume as State) } : {};
  }

  line(bytes: Buffer): readonly Observation[] {
    const event = jsonLine(bytes);
    const data = field(event, 'data');
    const state = this.#state;
    const type = textField(event, 'type');
    // A sub-agent has a prompt and a choice of agent of its own; what the session acts as, and for which prompt, stays.
    if (textField(event, 'agentId') && type !== 'session.usage_record' && type !== 'subagent.started') return [];
    switch (type) {
      case 'session.start':
      case 'session.resume':
      case 'session.context_changed':
        this.#placed(data);
        return [];
      case 'session.mode_changed':
        state.mode = textField(data, 'newMode') ?? state.mode;
        return [];
      case 'user.message':
        state.run = textField(data, 'interactionId') ?? textField(event, 'id') ?? state.run;
        state.mode = textField(data, 'agentMode') ?? state.mode;
        return [];
      case 'subagent.selected':
        state.custom = textField(data, 'agentName');
        return [];
      case 'subagent.deselected':
        delete state.custom;
        return [];
      case 'subagent.started':
        this.#named(event, data);
        return [];
      case 'session.usage_record':
        return this.#call(event, field(data, 'usage'));
      case 'session.shutdown':
        return this.#state.tells ? [] : this.#sums(event, data);
      default:
        if (!type) throw new NonsenseLine('no event');
        return [];
    }
  }

  state(): unknown {
    return { ...this.#state };
  }

  #placed(data: unknown): void {
    const state = this.#state;
    const context = field(data, 'context') ?? data;
    state.session = textField(data, 'sessionId') ?? state.session;
    state.cwd = textField(context, 'cwd') ?? state.cwd;
    state.branch = textField(context, 'branch') ?? state.branch;
  }

  #named(event: unknown, data: unknown): void {
    const id = textField(event, 'agentId') ?? textField(data, 'toolCallId');
    const name = textField(data, 'agentName');
    if (id && name) this.#state.names = { ...this.#state.names, [id]: name };
  }

  #call(event: unknown, record: unknown): readonly Observation[] {
    const model = textField(record, 'model');
    if (!model) throw new NonsenseLine('a call without model');
    this.#state.tells = true;
    const used = usageOf(record);
    if (!toldUsage(used)) return [];
    const at = momentOf(field(event, 'timestamp'));
    const lasted = field(record, 'duration');
    const subAgent = textField(event, 'agentId');
    const kind = interactionKinds[textField(record, 'interactionType') ?? ''] ?? 'work';
    const name = subAgent ? this.#state.names?.[subAgent] : (this.#state.custom ?? this.#state.mode ?? 'interactive');
    const own = field(record, 'isByok') === true;
    return [
      {
        ...this.#place(subAgent),
        source: 'sessions',
        keys: keysOf(event, record),
        at,
        began: typeof lasted === 'number' && lasted > 0 ? Math.round(at - lasted) : undefined,
        mode: name && kind === 'work' ? modeOf(name, copilotModes) : undefined,
        kind,
        ...(own ? ownSeller(textField(record, 'modelProvider') ?? textField(record, 'providerType')) : github),
        model,
        usage: used,
        counted: 'reported',
        reportedUsd: own ? undefined : usdOfNanoCredits(field(field(record, 'copilotUsage'), 'totalNanoAiu')),
        outcome: 'ok',
      },
    ];
  }

  #sums(event: unknown, data: unknown): readonly Observation[] {
    const metrics = field(data, 'modelMetrics');
    if (typeof metrics !== 'object' || metrics === null) return [];
    const began = field(data, 'sessionStartTime');
    return Object.entries(metrics).flatMap(([model, metric]): readonly Observation[] => {
      const used = usageOf(field(metric, 'usage'));
      if (!toldUsage(used)) return [];
      const place = this.#place(undefined);
      return [
        {
          ...place,
          source: 'sessions',
          keys: [`${turnKey}sum:${place.task}:${model}`],
          at: momentOf(field(event, 'timestamp')),
          began: typeof began === 'number' ? began : undefined,
          kind: 'work',
          ...github,
          model,
          usage: used,
          counted: 'summed',
          reportedUsd: usdOfNanoCredits(field(metric, 'totalNanoAiu')),
          outcome: 'ok',
        },
      ];
    });
  }

  #place(subAgent: string | undefined) {
    const { session, run, cwd, branch } = this.#state;
    const root = `copilot:${session ?? this.#folder}`;
    return {
      agent: 'copilot',
      task: subAgent ? `${root}/${subAgent}` : root,
      parent: subAgent ? root : undefined,
      run: run && `copilot:${run}`,
      workspace: cwd,
      branch,
    } as const;
  }
}

function keysOf(event: unknown, record: unknown): readonly string[] {
  const space = keySpaces[textField(record, 'apiEndpoint') ?? ''] ?? 'call';
  // A copy of the event in a forked session keeps the session and the number that it was first counted under.
  const counted = field(record, 'accounting');
  const source = textField(counted, 'sourceSessionId');
  const sequence = field(counted, 'sequence');
  const keys = [
    ...answerKeys(space, textField(record, 'apiCallId')),
    ...(source && typeof sequence === 'number' ? [`usage:${source}:${sequence}`] : []),
  ];
  return keys.length > 0 ? keys : [`event:${textField(event, 'id') ?? momentOf(field(event, 'timestamp'))}`];
}

/** Input holds what was read from and written to the cache. A lifetime is told in seconds, where it is told. */
function usageOf(record: unknown) {
  const cacheRead = tokens(record, 'cacheReadTokens');
  const written = tokens(record, 'cacheWriteTokens');
  const lifetime = field(record, 'cacheTtlSeconds');
  const isOpenai = /^(gpt|o\d)/.test(textField(record, 'model') ?? '');
  return usage({
    uncachedInput: Math.max(0, tokens(record, 'inputTokens') - cacheRead - written),
    cacheRead,
    ...(lifetime === 3600 ? { cacheWrite1h: written } : isOpenai ? { cacheWrite30m: written } : { cacheWrite5m: written }),
    output: tokens(record, 'outputTokens'),
    reasoning: tokens(record, 'reasoningTokens'),
  });
}
