import { type Fields, fields, list, text } from './bodyFields.ts';
import { type ClaudeFraming, claudeExtras, claudeFraming } from './framing.ts';
import { type ImageSize, imageSizeOfBase64 } from './imageSize.ts';
import type { PromptPart, Tally } from './tally.ts';

/** Adds up a Messages body (Anthropic, and the many that speak its protocol). */
export function tallyAnthropic(body: Fields, tally: Tally): void {
  const framing = claudeFraming(tally.model);
  content('system', body.system, tally, framing);
  const messages = list(body.messages);
  messages.forEach((message, i) => {
    const { role, content: said } = fields(message);
    tally.fixed('messages', i === 0 ? framing.firstMessage : claudeExtras.furtherMessage, i === 0 ? 0 : 1);
    content(role === 'system' ? 'system' : 'messages', said, tally, framing);
  });
  tools(body, tally, framing);
  const thinking = fields(body.thinking).type;
  if (thinking === 'enabled') tally.fixed('system', claudeExtras.thinkingEnabled);
  if (thinking === 'adaptive') tally.fixed('system', claudeExtras.thinkingAdaptive);
  const format = fields(fields(body.output_config).format ?? body.output_format);
  if (format.schema !== undefined) {
    tally.json('tools', format.schema);
    if (list(body.tools).length > 0) tally.fixed('tools', claudeExtras.structuredOutputWithTools, 50);
  }
}

function tools(body: Fields, tally: Tally, framing: ClaudeFraming): void {
  const offered = list(body.tools);
  if (offered.length === 0) return;
  const choice = fields(body.tool_choice).type;
  const hidden = choice === 'any' || choice === 'tool' ? framing.toolsAny : framing.toolsAuto;
  tally.fixed('tools', hidden, hidden * 0.3);
  for (const tool of offered) {
    // `cache_control` and the like steer the provider and are no part of the prompt.
    const { name, description, input_schema, type, ...rest } = fields(tool);
    if (input_schema !== undefined) tally.json('tools', { name, description, input_schema });
    else tally.json('tools', { name, type, ...rest });
  }
}

function content(part: PromptPart, said: unknown, tally: Tally, framing: ClaudeFraming): void {
  if (typeof said === 'string') tally.text(part, said);
  for (const block of list(said)) contentBlock(part, fields(block), tally, framing);
}

function contentBlock(part: PromptPart, block: Fields, tally: Tally, framing: ClaudeFraming): void {
  switch (block.type) {
    case 'text':
      tally.text(part, block.text);
      return;
    case 'thinking':
      // Newer models send it back empty, with a signature that holds it.
      if (text(block.thinking)) tally.text(part, block.thinking);
      else tally.unsure(text(block.signature).length / 4);
      return;
    case 'redacted_thinking':
      tally.unsure(text(block.data).length / 4);
      return;
    case 'tool_use':
    case 'server_tool_use':
      tally.text(part, block.name);
      tally.json(part, block.input);
      tally.fixed(part, framing.toolCall, 3);
      return;
    case 'tool_result':
      content(part, block.content, tally, framing);
      tally.fixed(part, framing.toolResult, 3);
      return;
    case 'image': {
      const { type, data } = fields(block.source);
      tally.image(part, type === 'base64' ? imageSizeOfBase64(text(data)) : undefined, (size) => imageTokens(size, framing));
      return;
    }
    case 'document':
      document(part, block, tally, framing);
      return;
    default: {
      const { cache_control: _, ...rest } = block;
      tally.json(part, rest);
    }
  }
}

function document(part: PromptPart, block: Fields, tally: Tally, framing: ClaudeFraming): void {
  const source = fields(block.source);
  tally.text(part, block.title);
  tally.text(part, block.context);
  if (source.type === 'text') tally.text(part, source.data);
  else if (source.type === 'content') content(part, source.content, tally, framing);
  else tally.media(part, 'pdf', text(source.data).length * 0.75);
}

/** Anthropic's vision page: the image is fitted to the longest side and to the most tokens, then cut into patches. */
function imageTokens({ width, height }: ImageSize, { imageSide, imageMost }: ClaudeFraming): number {
  const fit = Math.min(1, imageSide / Math.max(width, height));
  const patches = Math.ceil((width * fit) / claudeExtras.imagePatch) * Math.ceil((height * fit) / claudeExtras.imagePatch);
  return Math.min(patches, imageMost);
}
