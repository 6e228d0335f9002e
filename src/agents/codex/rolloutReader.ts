import type { Observation } from '../../core/request.ts';
import { codexUsage } from '../../core/usageOf/codexRollout.ts';
import { object } from '../../core/usageOf/json.ts';
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
        if (field(payload, 'type') !== 'token_count' || isReplay) return [];
        this.#thread.isPlan = textField(field(payload, 'rate_limits'), 'plan_type') !== undefined;
        return this.#thread.hasRecords ? this.#whoPays() : this.#counted(line, payload);
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
    const keys = [...(id ? [`resp:${id}`] : []), ...(total ? [totalKey(this.#thread.id, total)] : [])];
    if (keys.length === 0) return [];
    const turn = textField(payload, 'root_turn_id') ?? textField(payload, 'turn_id') ?? this.#thread.turn;
    this.#latest = this.#observation(line, keys, field(payload, 'usage'), turn);
    return [this.#latest];
  }

  /** The limits come right after the record: the first record of a thread is told again with what they say. */
  #whoPays(): readonly Observation[] {
    const latest = this.#latest;
    this.#latest = undefined;
    return latest && this.#thread.isPlan && latest.billing !== 'plan' ? [{ ...latest, billing: 'plan' }] : [];
  }

  #counted(line: unknown, payload: unknown): readonly Observation[] {
    const info = field(payload, 'info');
    const last = field(info, 'last_token_usage');
    const total = field(info, 'total_token_usage');
    if (!last || !total || isEmptyTotal(total)) return [];
    return [this.#observation(line, [totalKey(this.#thread.id, total)], last, this.#thread.turn)];
  }

  #observation(line: unknown, keys: readonly string[], record: unknown, turn: string | undefined): Observation {
    const { id, parent, provider, model, mode, workspace, branch, isPlan } = this.#thread;
    mustBeCounts(record, ['input_tokens', 'cached_input_tokens', 'output_tokens']);
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
      usage: codexUsage(object(record)),
      counted: 'reported',
      billing: isPlan ? 'plan' : 'unknown',
      outcome: 'ok',
    };
  }
}

function optional<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
  return value ? ({ [name]: value } as { [P in K]: string }) : {};
}
