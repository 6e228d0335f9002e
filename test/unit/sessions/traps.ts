import { join } from 'node:path';
import { write } from './support.ts';

/**
 * Histories as real agents leave them, with everything in them that is easily counted twice or not at all, and the true
 * sums beside them. Made from a list of choices, so that a failing history can be shrunk.
 */
export const claudeTraps = [
  'growing',
  'no request id',
  'fork',
  'aside',
  'torn',
  'quoted',
  'synthetic',
  'sub-agent',
  'old version',
] as const;
export const codexTraps = ['repeated', 'empty', 'spawned', 'records', 'forked records'] as const;
export type Trap = (typeof claudeTraps)[number] | (typeof codexTraps)[number];

/** One answer of a made history. */
export interface Answer {
  readonly input: number;
  readonly read: number;
  readonly written: number;
  readonly output: number;
  /** Lines it is written in. */
  readonly blocks: number;
}

export interface TrueSums {
  requests: number;
  input: number;
  read: number;
  written: number;
  output: number;
}

const start = Date.parse('2026-06-01T08:00:00Z');
const moment = (second: number, ms = 0) => new Date(start + second * 1000 + ms).toISOString();
const sumOf = (answers: readonly Answer[]): TrueSums => ({
  requests: answers.length,
  input: answers.reduce((sum, { input }) => sum + input, 0),
  read: answers.reduce((sum, { read }) => sum + read, 0),
  written: answers.reduce((sum, { written }) => sum + written, 0),
  output: answers.reduce((sum, { output }) => sum + output, 0),
});

/** A Claude Code session of these answers below `home`; returns what a right reader finds. */
export function writeClaude(home: string, answers: readonly Answer[], traps: ReadonlySet<Trap>): TrueSums {
  const folder = join(home, '.claude/projects/-w');
  const lines = answers.flatMap((answer, i) => claudeLines(answer, i, traps));
  const main = [...lines];
  if (traps.has('quoted'))
    main.splice(1, 0, {
      type: 'user',
      toolUseResult: JSON.stringify(lines.at(-1)),
      message: { content: JSON.stringify(usageOf({ input: 9, read: 9, written: 9, output: 999, blocks: 1 }, 999)) },
    });
  if (traps.has('synthetic'))
    main.push({ ...lines.at(-1), message: { id: 'x', model: '<synthetic>', usage: { input_tokens: 0, output_tokens: 0 } } });
  const torn = traps.has('torn')
    ? JSON.stringify({ ...lines.at(-1), message: { id: 'msg_torn', model: 'm', usage: { output_tokens: 777 } } }).slice(0, -30)
    : '';
  write(join(folder, 's.jsonl'), text(main) + torn);
  if (traps.has('fork')) write(join(folder, 'f.jsonl'), text(lines.map((line) => ({ ...line, sessionId: 'f' }))));
  if (traps.has('aside'))
    write(
      join(folder, 's/subagents/agent-aside_question-1.jsonl'),
      text(lines.slice(-3).map((line) => ({ ...line, isSidechain: true, agentId: 'aside_question-1', requestId: 'req_new' }))),
    );
  const sums = sumOf(answers);
  if (!traps.has('sub-agent')) return sums;
  const extra: Answer = { input: 3, read: 5, written: 0, output: 11, blocks: 2 };
  write(
    join(folder, 's/subagents/agent-a1.jsonl'),
    text(claudeLines(extra, 9000, traps).map((line) => ({ ...line, isSidechain: true, agentId: 'a1' }))),
  );
  return addSums(sums, sumOf([extra]));
}

type Line = Readonly<Record<string, unknown>>;

function claudeLines(answer: Answer, nth: number, traps: ReadonlySet<Trap>): readonly Line[] {
  return Array.from({ length: answer.blocks }, (_, block) => {
    const isLast = block === answer.blocks - 1;
    const output = isLast || !traps.has('growing') ? answer.output : Math.min(answer.output, block);
    return {
      type: 'assistant',
      isSidechain: false,
      sessionId: 's',
      version: traps.has('old version') ? '2.0.14' : '2.1.330',
      timestamp: moment(nth * 60, block * 300),
      ...(traps.has('no request id') ? {} : { requestId: `req_${nth}` }),
      message: {
        id: `msg_01aZ9kQ4mT7xW2vR5bN8${nth}`,
        model: 'claude-sonnet-4-5',
        content: [{ type: 'text', text: `block ${block} ],"stop_reason": "usage":{` }],
        stop_reason: traps.has('old version') && !isLast ? null : 'end_turn',
        usage: usageOf(answer, output),
      },
    };
  });
}

function usageOf({ input, read, written }: Answer, output: number): Line {
  return {
    input_tokens: input,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
  };
}

const parent = '01b00000-0000-7000-8000-000000000001';
const child = '01b00000-0000-7000-8000-000000000002';

/** A Codex thread of these answers, and a spawned or forked one where asked for. */
export function writeCodex(home: string, answers: readonly Answer[], traps: ReadonlySet<Trap>): TrueSums {
  const folder = join(home, '.codex/sessions/2026/06/01');
  const total = { input: 0, read: 0, written: 0, output: 0 };
  const history = answers.flatMap((answer, i) => codexLines(parent, answer, total, i * 60 + 5, traps));
  const sums = sumOf(answers);
  write(join(folder, `rollout-x-${parent}.jsonl`), text([meta(parent, 0, {}), context(1), ...history]));
  const isForked = traps.has('forked records') && traps.has('records');
  if (!traps.has('spawned') && !isForked) return sums;
  const at = answers.length * 60 + 100;
  const own: Answer = { input: 7, read: 2, written: 1, output: 13, blocks: 1 };
  const replay = history.map((line, i) => ({ ...line, timestamp: moment(at, 10 + Math.min(800, i)) }));
  const origin = traps.has('spawned')
    ? { forked_from_id: parent, source: { subagent: { thread_spawn: { parent_thread_id: parent } } } }
    : { forked_from_id: parent };
  write(
    join(folder, `rollout-y-${child}.jsonl`),
    text([meta(child, at, origin), context(at), ...replay, context(at + 4), ...codexLines(child, own, total, at + 9, traps)]),
  );
  return addSums(sums, sumOf([own]));
}

function codexLines(
  thread: string,
  answer: Answer,
  total: { input: number; read: number; written: number; output: number },
  second: number,
  traps: ReadonlySet<Trap>,
): readonly Line[] {
  for (const name of ['input', 'read', 'written', 'output'] as const) total[name] += answer[name];
  const [last, all] = [counts(answer), counts(total)];
  const event = (ms: number, info: unknown) => ({
    timestamp: moment(second, ms),
    type: 'event_msg',
    payload: { type: 'token_count', info, rate_limits: {} },
  });
  const info = { last_token_usage: last, total_token_usage: all };
  return [
    ...(traps.has('empty') ? [event(0, null)] : []),
    ...(traps.has('records')
      ? [
          {
            timestamp: moment(second, 100),
            type: 'token_usage_record',
            payload: { thread_id: thread, response_id: `resp_${thread}_${second}`, usage: last, thread_token_usage: all },
          },
        ]
      : []),
    event(101, info),
    ...(traps.has('repeated') ? [event(900, info)] : []),
  ];
}

function counts({
  input,
  read,
  written,
  output,
}: {
  readonly input: number;
  readonly read: number;
  readonly written: number;
  readonly output: number;
}): Line {
  return {
    input_tokens: input + read + written,
    cached_input_tokens: read,
    cache_write_input_tokens: written,
    output_tokens: output,
    reasoning_output_tokens: 0,
  };
}

const meta = (id: string, second: number, more: Line): Line => ({
  timestamp: moment(second),
  type: 'session_meta',
  payload: { id, cwd: '/w', model_provider: 'openai', ...more },
});
const context = (second: number): Line => ({
  timestamp: moment(second, 5),
  type: 'turn_context',
  payload: { model: 'gpt-5-codex' },
});
const text = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

export function addSums(a: TrueSums, b: TrueSums): TrueSums {
  return {
    requests: a.requests + b.requests,
    input: a.input + b.input,
    read: a.read + b.read,
    written: a.written + b.written,
    output: a.output + b.output,
  };
}
