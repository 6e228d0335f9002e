import { type Fields, fields, list, text } from './bodyFields.ts';
import { type GeminiFraming, geminiFraming } from './framing.ts';
import { type ImageSize, imageSizeOfBase64 } from './imageSize.ts';
import type { PromptPart, Tally } from './tally.ts';

/** Adds up a generateContent body; names may be in camel case or, as the wire also takes them, in snake case. */
export function tallyGemini(body: Fields, tally: Tally): void {
  const framing = geminiFraming(tally.model);
  const system = body.systemInstruction ?? body.system_instruction;
  if (system !== undefined) {
    tally.fixed('system', framing.system);
    if (typeof system === 'string') tally.text('system', system);
    for (const part of list(fields(system).parts)) partOf('system', fields(part), tally, framing);
  }
  for (const turn of list(body.contents)) {
    tally.fixed('messages', framing.turn);
    for (const part of list(fields(turn).parts)) partOf('messages', fields(part), tally, framing);
  }
  for (const tool of list(body.tools).map(fields)) {
    const declared = list(tool.functionDeclarations ?? tool.function_declarations);
    for (const declaration of declared) tally.json('tools', declaration, framing.declarations);
    if (declared.length === 0) tally.json('tools', tool);
  }
  const schema = fields(body.generationConfig ?? body.generation_config).responseSchema;
  if (schema !== undefined) tally.json('tools', schema);
  if (body.cachedContent ?? body.cached_content) tally.incomplete();
}

function partOf(where: PromptPart, part: Fields, tally: Tally, framing: GeminiFraming): void {
  const inline = fields(part.inlineData ?? part.inline_data);
  const file = fields(part.fileData ?? part.file_data);
  const call = fields(part.functionCall ?? part.function_call);
  const response = fields(part.functionResponse ?? part.function_response);
  if (typeof part.text === 'string') tally.text(where, part.text);
  else if (call.name !== undefined) {
    tally.text(where, call.name);
    tally.json(where, call.args);
    tally.fixed(where, framing.call, 3);
  } else if (response.name !== undefined) {
    tally.text(where, response.name);
    tally.json(where, response.response);
    tally.fixed(where, framing.response, 3);
  } else if (inline.data !== undefined)
    media(where, text(inline.mimeType ?? inline.mime_type), text(inline.data), tally, framing);
  else if (file.fileUri !== undefined || file.file_uri !== undefined)
    media(where, text(file.mimeType ?? file.mime_type), '', tally, framing);
  else {
    const { thoughtSignature: _, ...rest } = part;
    if (Object.keys(rest).length > 0) tally.json(where, rest);
  }
}

function media(where: PromptPart, type: string, data: string, tally: Tally, framing: GeminiFraming): void {
  const bytes = data.length * 0.75;
  if (type.startsWith('image/')) tally.image(where, imageSizeOfBase64(data), (size) => imageTokens(size, framing));
  else if (type.startsWith('audio/')) tally.media(where, 'audio', bytes);
  else if (type.startsWith('video/')) tally.media(where, 'video', bytes);
  else if (type.startsWith('text/')) tally.text(where, Buffer.from(data, 'base64').toString());
  else tally.media(where, 'pdf', bytes);
}

function imageTokens({ width, height }: ImageSize, { image }: GeminiFraming): number {
  if (image.kind === 'flat') return image.tokens;
  if (width <= 384 && height <= 384) return image.tile;
  return image.tile * Math.ceil(width / 768) * Math.ceil(height / 768);
}
