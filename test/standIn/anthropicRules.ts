import { isObject, type JsonObject, list, object, ofType } from '../../src/core/usageOf/json.ts';
import type { Issued } from './dialect.ts';
import { Reject } from './served.ts';

interface Message {
  readonly role: string;
  readonly content: readonly JsonObject[];
}

/**
 * What the real API refuses with 400, as far as agents' histories can break it. Words as the API says them.
 * Source: https://platform.claude.com/docs/en/api/errors, …/build-with-claude/extended-thinking, …/tool-use
 */
export function checkMessages(body: JsonObject, issued: Issued): void {
  if (typeof body.model !== 'string') throw new Reject('model: Field required');
  if (!Number.isInteger(body.max_tokens) || Number(body.max_tokens) < 1) throw new Reject('max_tokens: Field required');
  const thinking = object(body.thinking);
  if (thinking.type === 'enabled') {
    const budget = Number(thinking.budget_tokens);
    if (!(budget >= 1024)) throw new Reject('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    if (budget >= Number(body.max_tokens)) throw new Reject('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  checkTools(body);
  const messages = turnsOf(body);
  if (messages.length === 0) throw new Reject('messages: at least one message is required');
  if (messages[0]?.role !== 'user') throw new Reject('messages: first message must use the "user" role');
  for (const [at, message] of messages.entries())
    for (const block of message.content) checkBlock(block, `messages.${at}`, issued);
  for (const block of list(body.system)) if (isObject(block)) checkText(block, 'system');
  checkPairs(messages);
  checkCacheMarks(body);
}

function checkTools(body: JsonObject): void {
  const names = list(body.tools).map((tool) => String(object(tool).name));
  if (new Set(names).size < names.length) throw new Reject('tools: Tool names must be unique.');
  for (const name of names) {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) throw new Reject(`tools.name: String should match pattern, got ${name}`);
  }
}

/** Consecutive messages of one role are one turn; `system` messages in between belong to no turn. */
function turnsOf(body: JsonObject): readonly Message[] {
  const turns: Message[] = [];
  const all = list(body.messages).map(object);
  for (const [at, message] of all.entries()) {
    const role = String(message.role);
    if (!['user', 'assistant', 'system'].includes(role)) throw new Reject(`messages.${at}.role: unexpected role ${role}`);
    const content = typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : list(message.content);
    if (content.length === 0 && !(role === 'assistant' && at === all.length - 1))
      throw new Reject(
        `messages.${at}: all messages must have non-empty content except for the optional final assistant message`,
      );
    const blocks = content.map(object);
    if (role === 'system') {
      for (const block of blocks) checkText(block, `messages.${at}`);
      continue;
    }
    const last = turns.at(-1);
    if (last?.role === role) turns[turns.length - 1] = { role, content: [...last.content, ...blocks] };
    else turns.push({ role, content: blocks });
  }
  return turns;
}

function checkBlock(block: JsonObject, where: string, issued: Issued): void {
  switch (block.type) {
    case 'text':
      checkText(block, where);
      break;
    case 'thinking':
      checkThinking(block, where, issued);
      break;
    case 'tool_use':
      if (!isObject(block.input)) throw new Reject(`${where}.content.tool_use.input: Input should be a valid dictionary`);
      if (!/^[a-zA-Z0-9_-]+$/.test(String(block.id))) throw new Reject(`${where}.content.tool_use.id: bad id`);
      break;
    case 'tool_result':
      for (const part of list(block.content)) if (object(part).type === 'text') checkText(object(part), `${where}.tool_result`);
      break;
    case 'image':
    case 'document':
    case 'tool_reference':
      break;
    default:
      throw new Reject(
        `${where}.content: Input tag '${String(block.type)}' found using 'type' does not match any of the expected tags`,
      );
  }
}

function checkText(block: JsonObject, where: string): void {
  if (block.type !== 'text') return;
  if (typeof block.text !== 'string' || block.text === '') throw new Reject(`${where}: text content blocks must be non-empty`);
  if (block.text.trim() === '') throw new Reject(`${where}: text content blocks must contain non-whitespace text`);
}

function checkThinking(block: JsonObject, where: string, issued: Issued): void {
  if (typeof block.signature !== 'string') throw new Reject(`${where}.content.thinking.signature: Field required`);
  const said = issued.sealed(block.signature);
  if (said === undefined) throw new Reject(`${where}.content: Invalid \`signature\` in \`thinking\` block`);
  if (said !== block.thinking)
    throw new Reject(`${where}.content: \`thinking\` blocks in the latest assistant message cannot be modified`);
}

function checkPairs(turns: readonly Message[]): void {
  const seen = new Set<string>();
  for (const [at, { role, content }] of turns.entries()) {
    const calls = role === 'assistant' ? ids(content, 'tool_use', 'id') : [];
    for (const id of calls) {
      if (seen.has(id)) throw new Reject(`messages.${at}: \`tool_use\` ids must be unique`);
      seen.add(id);
    }
    const next = turns[at + 1];
    const answered = new Set(next ? ids(next.content, 'tool_result', 'tool_use_id') : []);
    const unanswered = calls.filter((id) => !answered.has(id));
    if (unanswered.length)
      throw new Reject(
        `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
    const before = turns[at - 1];
    const asked = new Set(before?.role === 'assistant' ? ids(before.content, 'tool_use', 'id') : []);
    const results = ids(content, 'tool_result', 'tool_use_id');
    const alien = results.filter((id) => role !== 'user' || !asked.has(id));
    if (alien.length)
      throw new Reject(
        `messages.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${alien.join(', ')}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    if (new Set(results).size < results.length)
      throw new Reject(`messages.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks.`);
  }
}

function ids(content: readonly JsonObject[], type: string, field: string): readonly string[] {
  return ofType(content, type).map((block) => String(block[field]));
}

function checkCacheMarks(body: JsonObject): void {
  const marked = [...list(body.system), ...list(body.tools), ...list(body.messages).flatMap((each) => list(object(each).content))]
    .map(object)
    .filter((block) => isObject(block.cache_control));
  if (marked.length > 4) throw new Reject(`A maximum of 4 blocks with cache_control may be provided. Found ${marked.length}.`);
  for (const block of marked) {
    if (block.type === 'thinking') throw new Reject('cache_control: thinking blocks cannot be marked');
  }
}
