import { answerKeys } from '../../core/answerKey.ts';
import type { Observation } from '../../core/request.ts';
import { codexUsage, difference } from '../../core/usageOf/codexRollout.ts';
import { isObject, type JsonObject, object } from '../../core/usageOf/json.ts';
import type { LineReader } from '../agent.ts';
import { field, textField } from '../requestBody.ts';
import { jsonLine, momentOf, mustBeCounts } from '../tokenCounts.ts';
import { codexMode } from './identity.ts';
import { Replay } from './replay.ts';
import { isEmptyTotal, totalKey } from './total.ts';

interface Thread {
  id: string;
  parent?: string;
  provider: string;
  model?: string;
  mode?: string;
  workspace?: string;
  branch?: string;
  turn?: string;
  /** Turn contexts seen, which name the turns of versions that have no ids. */
  turns: number;
  /** The running total so far: what a step took where only the total is told. */
  total?: JsonObject;
  /** `token_usage_record` lines are there: they say all that `token_count` says, and the answer's id. */
  hasRecords: boolean;
  /** The account's limits name a subscription. */
  isPlan: boolean;
}

/**
 * One rollout is one thread. `token_usage_record` (since 0.169) is one answer with its id; before, `token_count` events
 * carry the last answer and the running total, are repeated with unchanged totals, and may hold nothing. Forks and
 * sub-agents open with a copy of their parent's history, which is left out (see `Replay`).
 */
export class RolloutReader implements LineReader {
  readonly #thread: Thread;
  readonly #replay: Replay;
  #hasMeta: boolean;
  /** The latest record, until the limits that follow it say who pays. */
  #latest: Observation | undefined;

  constructor(threadInName: string, resume?: unknown) {
    const kept = field(resume, 'thread');
    this.#thread = {
      id: textField(kept, 'id') ?? threadInName,
      ...optional('parent', textField(kept, 'parent')),
      provider: textField(kept, 'provider') ?? 'openai',
      ...optional('model', textField(kept, 'model')),
      ...optional('mode', textField(kept, 'mode')),
      ...optional('workspace', textField(kept, 'workspace')),
      ...optional('branch', textField(kept, 'branch')),
      ...optional('turn', textField(kept, 'turn')),
      turns: Number(field(kept, 'turns') ?? 0),
      ...(isObject(field(kept, 'total')) ? { total: object(field(kept, 'total')) } : {}),
      hasRecords: field(kept, 'hasRecords') === true,
      isPlan: field(kept, 'isPlan') === true,
    };
    this.#replay = new Replay(field(resume, 'replay'));
    this.#hasMeta = field(resume, 'hasMeta') === true;
  }

  line(bytes: Buffer): readonly Observation[] {
    const line = jsonLine(bytes);
    const payload = field(line, 'payload');
    const isReplay = this.#replay.covers(line);
    switch (field(line, 'type')) {
      case 'session_meta':
        if (!this.#hasMeta) this.#meta(line, payload);
        return [];
      case 'turn_context':
        this.#turnContext(payload, isReplay);
        return [];
      case 'token_usage_record':
        this.#thread.hasRecords = true;
        return this.#isOwn(payload, isReplay) ? this.#recorded(line, payload) : [];
      case 'event_msg':
        return field(payload, 'type') === 'token_count' ? this.#tokenCount(line, payload, isReplay) : [];
      default:
        return [];
    }
  }

  state(): unknown {
    return { thread: this.#thread, replay: this.#replay.state(), hasMeta: this.#hasMeta };
  }

  /** Only the first: the copy of a parent's history brings its own. */
  #meta(line: unknown, payload: unknown): void {
    this.#hasMeta = true;
    const thread = this.#thread;
    const spawn = field(field(field(payload, 'source'), 'subagent'), 'thread_spawn');
    const parent = textField(payload, 'parent_thread_id') ?? textField(spawn, 'parent_thread_id');
    thread.id = textField(payload, 'id') ?? thread.id;
    thread.provider = textField(payload, 'model_provider') ?? thread.provider;
    if (parent && parent !== thread.id) thread.parent = parent;
    Object.assign(
      thread,
      optional('workspace', textField(payload, 'cwd')),
      optional('branch', textField(field(payload, 'git'), 'branch')),
    );
    this.#replay.begin(line, payload, parent !== undefined);
  }

  /** A record names its thread, which tells a copied one without looking at the time. */
  #isOwn(payload: unknown, isReplay: boolean): boolean {
    const thread = textField(payload, 'thread_id');
    return thread === undefined ? !isReplay : thread === this.#thread.id;
  }

  #turnContext(payload: unknown, isReplay: boolean): void {
    const thread = this.#thread;
    thread.turns += 1;
    Object.assign(thread, optional('model', textField(payload, 'model')), optional('workspace', textField(payload, 'cwd')));
    thread.mode = textField(field(payload, 'collaboration_mode'), 'mode') ?? 'default';
    const turn = textField(payload, 'root_turn_id') ?? textField(payload, 'turn_id');
    if (!isReplay) thread.turn = turn ?? `${thread.id}/turn-${thread.turns}`;
  }

  #recorded(line: unknown, payload: unknown): readonly Observation[] {
    const id = textField(payload, 'response_id');
    const total = field(payload, 'thread_token_usage');
    const told = [...answerKeys('resp', id), ...(total ? [totalKey(this.#thread.id, total)] : [])];
    if (told.length === 0 && !id) return [];
    const keys = told.length > 0 ? told : [`codex:${this.#thread.id}/${id}/${textField(line, 'timestamp')}`];
    const turn = textField(payload, 'root_turn_id') ?? textField(payload, 'turn_id') ?? this.#thread.turn;
    this.#latest = this.#observation(line, keys, field(payload, 'usage'), turn);
    return this.#latest ? [this.#latest] : [];
  }

  /** The limits come right after the record: the first record of a thread is told again with what they say. */
  #whoPays(): readonly Observation[] {
    const latest = this.#latest;
    this.#latest = undefined;
    return latest && this.#thread.isPlan && latest.billing !== 'plan' ? [{ ...latest, billing: 'plan' }] : [];
  }

  #tokenCount(line: unknown, payload: unknown, isReplay: boolean): readonly Observation[] {
    const thread = this.#thread;
    const before = thread.total;
    const total = field(field(payload, 'info'), 'total_token_usage');
    if (isObject(total)) thread.total = total;
    if (isReplay) return [];
    thread.isPlan = textField(field(payload, 'rate_limits'), 'plan_type') !== undefined;
    if (thread.hasRecords) return this.#whoPays();
    if (!isObject(total) || isEmptyTotal(total)) return [];
    const step = field(field(payload, 'info'), 'last_token_usage') ?? difference(total, before ?? {});
    const seen = this.#observation(line, [totalKey(thread.id, total)], step, thread.turn);
    return seen ? [seen] : [];
  }

  #observation(line: unknown, keys: readonly string[], record: unknown, turn: string | undefined): Observation | undefined {
    const { id, parent, provider, model, mode, workspace, branch, isPlan } = this.#thread;
    mustBeCounts(record, ['input_tokens', 'cached_input_tokens', 'output_tokens']);
    const usage = codexUsage(object(record));
    if (!usage) return undefined;
    return {
      source: 'sessions',
      keys,
      at: momentOf(field(line, 'timestamp')),
      agent: 'codex',
      task: `codex:${id}`,
      parent: parent && `codex:${parent}`,
      run: turn && `codex:${turn}`,
      mode: codexMode(mode),
      kind: 'work',
      workspace,
      branch,
      provider,
      model: model ?? 'unknown',
      usage,
      counted: 'reported',
      billing: isPlan ? 'plan' : 'unknown',
      outcome: 'ok',
    };
  }
}

function optional<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
  return value ? ({ [name]: value } as { [P in K]: string }) : {};
}
