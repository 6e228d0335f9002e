import { type JsonObject, list, object, ofType } from '../../src/core/usageOf/json.ts';
import type { Issued } from './dialect.ts';
import { Reject } from './served.ts';

const callOfOutput: Readonly<Record<string, string>> = {
  function_call_output: 'function_call',
  custom_tool_call_output: 'custom_tool_call',
  local_shell_call_output: 'local_shell_call',
};

/**
 * What the real API refuses, for conversations that it does not store. Words as the API says them.
 * Source: https://platform.openai.com/docs/guides/reasoning, …/guides/function-calling, …/api-reference/responses
 */
export function checkInput(body: JsonObject, issued: Issued): void {
  if (typeof body.model !== 'string') throw new Reject("Missing required parameter: 'model'.");
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : list(body.input).map(object);
  if (items.length === 0) throw new Reject("Invalid 'input': empty array.");
  checkIds(items);
  checkCalls(items);
  for (const [at, item] of items.entries()) if (item.type === 'reasoning') checkReasoning(item, items[at + 1], body, issued);
}

/** Codex gives its tools in an item of the input, everyone else beside it. */
export function offeredTools(body: JsonObject): readonly JsonObject[] {
  const inside = ofType(body.input, 'additional_tools').flatMap((item) => list(item.tools));
  return [...list(body.tools), ...inside].map(object);
}

function checkIds(items: readonly JsonObject[]): void {
  const ids = items.flatMap((item) => (typeof item.id === 'string' && item.type !== 'item_reference' ? [item.id] : []));
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice) throw new Reject(`Duplicate item found with id ${twice}. Remove duplicate items from your input and try again.`);
  if (items.some((item) => item.type === 'item_reference'))
    throw new Reject('Item not found. Items are not persisted when `store` is set to false.', 404);
}

function checkCalls(items: readonly JsonObject[]): void {
  const open = new Map<string, string>();
  const answered = new Set<string>();
  for (const item of items) {
    const type = String(item.type);
    const id = String(item.call_id);
    const call = callOfOutput[type];
    if (call) {
      if (open.get(id) !== call) throw new Reject(`No tool call found for ${type.replaceAll('_', ' ')} with call_id ${id}.`);
      if (answered.has(id)) throw new Reject(`Duplicate tool output for call_id ${id}.`);
      answered.add(id);
    } else if (Object.values(callOfOutput).includes(type)) {
      if (open.has(id)) throw new Reject(`Duplicate tool call with call_id ${id}.`);
      open.set(id, type);
    }
  }
  for (const [id, type] of open) {
    if (!answered.has(id)) throw new Reject(`No tool output found for ${type.replaceAll('_', ' ')} ${id}.`);
  }
}

/** A reasoning item must come back whole, sealed, and with what it led to. */
function checkReasoning(item: JsonObject, next: JsonObject | undefined, body: JsonObject, issued: Issued): void {
  const id = String(item.id);
  if (!Array.isArray(item.summary)) throw new Reject("Missing required parameter: 'input.summary'.");
  if (body.store === false || item.encrypted_content !== undefined) {
    if (item.encrypted_content === undefined || item.encrypted_content === null)
      throw new Reject(`Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`, 404);
    const sealed = issued.sealed(item.encrypted_content);
    if (sealed === undefined || (item.id !== undefined && sealed !== id))
      throw new Reject(`The encrypted content for item ${id} could not be verified.`);
  }
  const follows = next?.type === 'reasoning' || next?.role === 'assistant' || String(next?.type).endsWith('_call');
  if (!follows) throw new Reject(`Item '${id}' of type 'reasoning' was provided without its required following item.`);
}
