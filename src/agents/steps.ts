import { createHash } from 'node:crypto';
import { field, textField } from './requestBody.ts';

/**
 * What an agent did in a conversation, read off the body of its next request, in whichever protocol it is. Calls and results are told by short hashes that
 * mean something inside one body only: whether two of them are the same.
 */
export type Step =
  /** Something a person wrote. */
  | { readonly kind: 'user' }
  | { readonly kind: 'call'; readonly id: string; readonly tool: string; readonly call: string; readonly edit?: Edit }
  | { readonly kind: 'result'; readonly id: string; readonly result: string };

/** A replacement of one text by another in a file; all three as hashes. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Steps in the order they were taken. */
export function* stepsOf(body: unknown): Generator<Step> {
  for (const turn of turnsOf(body)) {
    const type = textField(turn, 'type');
    if (type === 'function_call' || type === 'custom_tool_call') {
      yield called(textField(turn, 'call_id'), textField(turn, 'name'), field(turn, 'arguments') ?? field(turn, 'input'));
    } else if (type === 'function_call_output' || type === 'custom_tool_call_output') {
      yield { kind: 'result', id: textField(turn, 'call_id') ?? '', result: hash(field(turn, 'output')) };
    } else yield* stepsOfMessage(turn);
  }
}

function* stepsOfMessage(message: unknown): Generator<Step> {
  const role = textField(message, 'role');
  const content = field(message, 'content');
  if (role === 'tool') {
    yield { kind: 'result', id: textField(message, 'tool_call_id') ?? '', result: hash(content) };
    return;
  }
  const results: Step[] = [];
  let said = typeof content === 'string' && content.length > 0;
  for (const block of [...list(content), ...list(field(message, 'parts'))]) {
    const response = field(block, 'functionResponse');
    const call = field(block, 'functionCall');
    if (textField(block, 'type') === 'tool_result') {
      results.push({ kind: 'result', id: textField(block, 'tool_use_id') ?? '', result: hash(field(block, 'content')) });
    } else if (response !== undefined) {
      const id = textField(response, 'id') ?? textField(response, 'name') ?? '';
      results.push({ kind: 'result', id, result: hash(field(response, 'response')) });
    } else if (textField(block, 'type') === 'tool_use') {
      yield called(textField(block, 'id'), textField(block, 'name'), field(block, 'input'));
    } else if (call !== undefined) {
      yield called(textField(call, 'id') ?? textField(call, 'name'), textField(call, 'name'), field(call, 'args'));
    } else if (textField(block, 'text')) said = true;
  }
  for (const call of list(field(message, 'tool_calls'))) {
    const made = field(call, 'function');
    yield called(textField(call, 'id'), textField(made, 'name'), field(made, 'arguments'));
  }
  yield* results;
  // Agents add words of their own to results; a person writes where nothing was returned.
  if (role === 'user' && said && results.length === 0) yield { kind: 'user' };
}

function called(id = '', tool = '', made: unknown): Step {
  const edit = editOf(typeof made === 'string' ? parsedArguments(made) : made);
  return { kind: 'call', id, tool, call: hash([tool, made]), ...(edit ? { edit } : {}) };
}

/** The names that agents' editing tools use for a replacement. */
function editOf(made: unknown): Edit | undefined {
  const file = first(made, ['file_path', 'filePath', 'path', 'filename']);
  const from = first(made, ['old_string', 'oldString', 'old_str', 'old_text']);
  const to = first(made, ['new_string', 'newString', 'new_str', 'new_text']);
  if (file === undefined || from === undefined || to === undefined || from === to) return undefined;
  return { file: hash(file), from: hash(from), to: hash(to) };
}

function first(value: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = field(value, name);
    if (typeof found === 'string') return found;
  }
  return undefined;
}

function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function turnsOf(body: unknown): readonly unknown[] {
  for (const name of ['messages', 'input', 'contents']) {
    const turns = field(body, name);
    if (Array.isArray(turns)) return turns;
  }
  return [];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function hash(value: unknown): string {
  // Where a cache is to end is no part of what was said.
  const text =
    typeof value === 'string'
      ? value
      : (JSON.stringify(value, (name, inner: unknown) => (name === 'cache_control' ? undefined : inner)) ?? '');
  return createHash('sha1').update(text).digest('base64url').slice(0, 12);
}
