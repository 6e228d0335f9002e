import { type Fields, fields, list, text } from './bodyFields.ts';
import {
  encryptedCharsPerToken,
  type OpenaiFraming,
  openaiBuiltinTool,
  openaiFraming,
  openaiMessage,
  openaiToolsLess,
} from './framing.ts';
import { functionTool, tallyTools } from './openaiChatPrompt.ts';
import { tallyOpenaiImage } from './openaiImage.ts';
import type { PromptPart, Tally } from './tally.ts';

/** Adds up a Responses body. With `previous_response_id` or `conversation` the history is with the provider: incomplete. */
export function tallyOpenaiResponses(body: Fields, tally: Tally): void {
  const framing = openaiFraming(tally.model);
  tally.fixed('messages', framing.prompt);
  if (text(body.instructions)) messageOf('system', body.instructions, tally, framing);
  if (typeof body.input === 'string') messageOf('user', body.input, tally, framing);
  let callsBefore = 0;
  for (const item of list(body.input)) {
    const isCall = itemOf(fields(item), callsBefore, tally, framing);
    callsBefore = isCall ? callsBefore + 1 : 0;
  }
  tools(list(body.tools), Boolean(text(body.instructions)), tally, framing);
  const format = fields(fields(body.text).format);
  if (format.type === 'json_schema') tally.json('tools', format.schema);
  if (body.previous_response_id || body.conversation) tally.incomplete();
}

function messageOf(role: string, content: unknown, tally: Tally, framing: OpenaiFraming): void {
  const part: PromptPart = role === 'system' || role === 'developer' ? 'system' : 'messages';
  tally.fixed(part, openaiMessage.message);
  tally.text(part, role);
  contentOf(part, content, tally, framing);
}

/** `callsBefore`: calls directly before this item, which share its turn. Answers whether the item is a call. */
function itemOf(item: Fields, callsBefore: number, tally: Tally, framing: OpenaiFraming): boolean {
  const type = text(item.type) || 'message';
  if (type === 'message') {
    messageOf(text(item.role), item.content, tally, framing);
    return false;
  }
  if (type === 'reasoning') {
    const blob = text(item.encrypted_content).length;
    // What is inside is known to the provider only; visible summaries are not sent to the model again.
    tally.fixed('messages', Math.round(blob / encryptedCharsPerToken), blob / encryptedCharsPerToken);
    return false;
  }
  if (type.endsWith('_call_output')) {
    tally.fixed('messages', openaiMessage.message + 1);
    if (typeof item.output === 'string') tally.text('messages', item.output);
    else if (Array.isArray(item.output)) contentOf('messages', item.output, tally, framing);
    else tally.json('messages', item.output);
    return false;
  }
  if (type.endsWith('_call')) {
    const given = item.arguments ?? item.input ?? item.action;
    tally.text('messages', item.name);
    if (typeof given === 'string') tally.text('messages', given);
    else tally.json('messages', given);
    const turn = callsBefore === 0 ? openaiMessage.message + 1 + framing.firstCall : framing.furtherCall;
    tally.fixed('messages', turn, 3);
    return true;
  }
  if (type !== 'item_reference') tally.json('messages', item);
  else tally.incomplete();
  return false;
}

function tools(offered: readonly unknown[], hasInstructions: boolean, tally: Tally, framing: OpenaiFraming): void {
  const functions = offered.map(fields).flatMap(flat);
  const plain = functions.filter(({ type }) => type === 'function').map(functionTool);
  if (plain.length > 0) {
    const { responses, responsesWithInstructions } = framing.tools;
    // The rendering's rule of one less for each further tool is of GPT-5 only here.
    const kept = framing.tools.chat > 80 ? 0 : openaiToolsLess.furtherTool * (plain.length - 1);
    tallyTools(plain, (hasInstructions ? responsesWithInstructions : responses) + kept, tally);
  }
  for (const tool of functions) {
    if (tool.type === 'function') continue;
    if (tool.type === 'custom') {
      tally.text('tools', tool.name);
      tally.text('tools', tool.description);
      tally.text('tools', fields(tool.format).definition);
      tally.fixed('tools', 10, 10);
    } else tally.fixed('tools', openaiBuiltinTool, openaiBuiltinTool);
  }
}

/** A namespace holds tools of its own. */
function flat(tool: Fields): readonly Fields[] {
  return tool.type === 'namespace' ? list(tool.tools).map(fields) : [tool];
}

function contentOf(part: PromptPart, content: unknown, tally: Tally, framing: OpenaiFraming): void {
  tally.text(part, content);
  for (const each of list(content)) {
    const block = fields(each);
    switch (block.type) {
      case 'input_text':
      case 'output_text':
      case 'text':
      case 'refusal':
        tally.text(part, block.text ?? block.refusal);
        break;
      case 'input_image':
        tallyOpenaiImage(part, block.image_url, block.detail, tally, framing);
        break;
      case 'input_file':
        tally.media(part, 'pdf', text(block.file_data).length * 0.75);
        break;
      case 'input_audio':
        tally.media(part, 'audio', text(fields(block.input_audio).data).length * 0.75);
        break;
      default:
        tally.json(part, block);
    }
  }
}
