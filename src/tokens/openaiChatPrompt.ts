import { type Fields, fields, list, text } from './bodyFields.ts';
import { type OpenaiFraming, openaiFraming, openaiMessage, openaiToolsLess } from './framing.ts';
import { tallyOpenaiImage } from './openaiImage.ts';
import { type FunctionTool, renderTools } from './openaiTools.ts';
import type { PromptPart, Tally } from './tally.ts';

/** Adds up a Chat Completions body (OpenAI, and everyone who speaks its protocol). */
export function tallyOpenaiChat(body: Fields, tally: Tally): void {
  const framing = openaiFraming(tally.model);
  const messages = list(body.messages).map(fields);
  tally.fixed('messages', framing.prompt);
  const hasTools = list(body.tools).length + list(body.functions).length > 0;
  const firstSystem = hasTools ? messages.find(isSystem) : undefined;
  for (const message of messages) messageOf(message === firstSystem ? withNewline(message) : message, tally, framing);
  const tools = [
    ...list(body.tools).map((tool) => functionTool(fields(fields(tool).function))),
    ...list(body.functions).map((f) => functionTool(fields(f))),
  ];
  if (tools.length > 0) {
    tallyTools(tools, framing.tools.chat - (firstSystem ? openaiToolsLess.system : 0), tally);
  }
  const format = fields(body.response_format);
  if (format.type === 'json_schema') tally.json('tools', fields(format.json_schema).schema);
}

function isSystem({ role }: Fields): boolean {
  return role === 'system' || role === 'developer';
}

/** The tools are written below the first system message, on a line of their own. */
function withNewline(message: Fields): Fields {
  return typeof message.content === 'string' ? { ...message, content: `${message.content}\n` } : message;
}

export function functionTool({ name, description, parameters }: Fields): FunctionTool {
  return { name: text(name), description: text(description), parameters };
}

/** `offset`: what the tools cost over their rendering, once. */
export function tallyTools(tools: readonly FunctionTool[], offset: number, tally: Tally): void {
  const rendered = renderTools(tools);
  tally.text('tools', rendered);
  // Flat schemas come out within a token or two; nested ones are rendered otherwise, by some per cent.
  tally.fixed('tools', offset - openaiToolsLess.furtherTool * (tools.length - 1), 2 + rendered.length / 200);
}

function messageOf(message: Fields, tally: Tally, framing: OpenaiFraming): void {
  const { role, name } = message;
  const part: PromptPart = isSystem(message) ? 'system' : 'messages';
  tally.fixed(part, openaiMessage.message);
  tally.text(part, role);
  if (text(name) && role !== 'tool') {
    tally.text(part, name);
    tally.fixed(part, role === 'function' ? openaiMessage.functionName : openaiMessage.name);
  }
  contentOf(part, message.content, tally, framing);
  tally.text(part, message.reasoning_content ?? message.reasoning);
  const calls = list(message.tool_calls).map((call) => fields(call));
  calls.forEach((call, i) => {
    const called = fields(call.function ?? call.custom);
    tally.text(part, called.name);
    tally.text(part, called.arguments ?? called.input);
    tally.fixed(part, i === 0 ? framing.firstCall : framing.furtherCall, 3);
  });
  const { name: calledName, arguments: given } = fields(message.function_call);
  if (text(calledName)) {
    tally.text(part, calledName);
    tally.text(part, given);
    tally.fixed(part, openaiMessage.functionCall);
  }
}

function contentOf(part: PromptPart, content: unknown, tally: Tally, framing: OpenaiFraming): void {
  tally.text(part, content);
  for (const each of list(content)) {
    const block = fields(each);
    switch (block.type) {
      case 'text':
      case 'refusal':
        tally.text(part, block.text ?? block.refusal);
        break;
      case 'image_url': {
        const { url, detail } = fields(block.image_url);
        tallyOpenaiImage(part, url, detail, tally, framing);
        break;
      }
      case 'input_audio':
        tally.media(part, 'audio', text(fields(block.input_audio).data).length * 0.75);
        break;
      case 'file':
        tally.media(part, 'pdf', text(fields(block.file).file_data).length * 0.75);
        break;
      default:
        tally.json(part, block);
    }
  }
}
