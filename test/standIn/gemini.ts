import { isObject, type JsonObject, list, object, text } from '../../src/core/usageOf/json.ts';
import { type Answer, type Dialect, type Issued, pieces, type Sent } from './dialect.ts';
import { Reject } from './served.ts';
import { type Block, endlessWords } from './turn.ts';

/** Model and way of answering, as a path names them: `/v1beta/models/<model>:streamGenerateContent`. */
export function geminiPath(path: string): { readonly model: string; readonly stream: boolean } | undefined {
  const [, model, method] = /^\/v1beta\/models\/([^/:]+):(streamGenerateContent|generateContent)$/.exec(path) ?? [];
  return model && method ? { model, stream: method === 'streamGenerateContent' } : undefined;
}

/** Gemini `generateContent` and `streamGenerateContent?alt=sse`. The body it is given carries `model` and `stream` of the path. */
export function geminiDialect(issued: Issued): Dialect {
  return {
    protocol: 'gemini',
    family: 'google',
    check: (body) => check(body, issued),
    offersTools: (body) => declared(body).length > 0,
    newId: () => issued.random.id(22),
    stream: (answer) => stream(answer, issued),
    whole: (answer) => ({
      ...head(answer),
      candidates: [candidate(wholeParts(answer, issued), 'STOP')],
      usageMetadata: usageOf(answer),
    }),
    error: (status, message) => ({
      error: { code: status, message, status: status === 401 ? 'UNAUTHENTICATED' : 'INVALID_ARGUMENT' },
    }),
  };
}

/**
 * What the real API refuses. Source: https://ai.google.dev/gemini-api/docs/function-calling, …/docs/thought-signatures. That one call is answered twice after a
 * resume is not refused here: Gemini CLI does so by itself, cut or not.
 */
function check(body: JsonObject, issued: Issued): void {
  const contents = list(body.contents).map(object);
  if (contents.length === 0) throw new Reject('* GenerateContentRequest.contents: contents is not specified');
  let owed: readonly string[] = [];
  for (const [at, { role, parts: all }] of contents.entries()) {
    if (role !== 'user' && role !== 'model') throw new Reject('Please use a valid role: user, model.');
    const parts = list(all).map(object);
    if (parts.length === 0) throw new Reject(`* GenerateContentRequest.contents[${at}].parts: contents.parts must not be empty.`);
    for (const part of parts) checkPart(part, at, issued);
    const answered = namesOf(parts, 'functionResponse');
    if (owed.some((name) => !answered.includes(name)) || answered.some((name) => !owed.includes(name)))
      throw new Reject(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    owed = namesOf(parts, 'functionCall');
    if (owed.length > 0 && role !== 'model') throw new Reject('Please ensure that function call turn comes from the model.');
  }
  if (owed.length > 0)
    throw new Reject('Please ensure that function response turn comes immediately after a function call turn.');
  if (contents[0]?.role !== 'user') throw new Reject('Please ensure that the first turn is a user turn.');
  const names = declared(body);
  if (new Set(names).size < names.length) throw new Reject('Duplicate function declaration found.');
}

function checkPart(part: JsonObject, at: number, issued: Issued): void {
  const data = Object.keys(part).filter((name) => /^(text|functionCall|functionResponse|inlineData|fileData)$/.test(name));
  if (data.length !== 1)
    throw new Reject(
      `* GenerateContentRequest.contents[${at}].parts: required oneof field 'data' must have one initialized field`,
    );
  const seal = part.thoughtSignature;
  // The words with which a client may say that it has none.
  const unsealed = ['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'];
  if (seal !== undefined && !unsealed.includes(String(seal)) && issued.sealed(seal) === undefined)
    throw new Reject('Thought signature is not valid.');
}

function namesOf(parts: readonly JsonObject[], what: 'functionCall' | 'functionResponse'): readonly string[] {
  return parts.filter((part) => isObject(part[what])).map((part) => String(object(part[what]).name));
}

function declared(body: JsonObject): readonly string[] {
  return list(body.tools).flatMap((tool) => list(object(tool).functionDeclarations).map((each) => String(object(each).name)));
}

function* stream(answer: Answer, issued: Issued): Generator<Sent> {
  const { blocks, endless } = answer.turn;
  for (const [index, block] of blocks.entries()) {
    const isEndless = endless !== undefined && index === blocks.length - 1;
    if (block.kind === 'call') {
      // A call comes whole in one chunk. One that does not end is being thought of: nothing of it is sent.
      if (isEndless)
        for (const word of endlessWords())
          yield { ...chunk(answer, [{ text: word, thought: true }]), written: word, piece: true };
      yield { ...chunk(answer, [callPart(block, answer, issued)]), written: block.command };
      continue;
    }
    const piece = (words: string): Sent => ({ ...chunk(answer, [textPart(block, words)]), written: words });
    for (const words of pieces(block.text)) yield piece(words);
    if (isEndless) for (const word of endlessWords()) yield { ...piece(word), piece: true };
  }
  yield line({ ...head(answer), candidates: [candidate([{ text: '' }], 'STOP')], usageMetadata: usageOf(answer) });
}

/** Counts of the prompt come with every chunk, those of the output at the end. */
function chunk(answer: Answer, parts: readonly object[]): Sent {
  const { promptTokenCount, cachedContentTokenCount } = usageOf(answer);
  const usageMetadata = { promptTokenCount, cachedContentTokenCount, totalTokenCount: promptTokenCount };
  return line({ ...head(answer), candidates: [candidate(parts)], usageMetadata });
}

function line(data: object): Sent {
  return { sse: `data: ${JSON.stringify(data)}\r\n\r\n` };
}

function head({ id, model }: Answer): object {
  return { modelVersion: model, responseId: id };
}

function candidate(parts: readonly object[], finishReason?: string): object {
  return { content: { parts, role: 'model' }, ...(finishReason ? { finishReason } : {}), index: 0 };
}

function wholeParts(answer: Answer, issued: Issued): readonly object[] {
  const schema = object(
    object(answer.body.generationConfig).responseJsonSchema ?? object(answer.body.generationConfig).responseSchema,
  );
  if (Object.keys(schema).length > 0) return [{ text: JSON.stringify(fitting(schema)) }];
  return answer.turn.blocks.map((block) =>
    block.kind === 'call' ? callPart(block, answer, issued) : textPart(block, block.text),
  );
}

/** Something that a schema allows. */
function fitting(schema: JsonObject): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (text(schema.type)?.toLowerCase()) {
    case 'object':
      return Object.fromEntries(Object.entries(object(schema.properties)).map(([name, each]) => [name, fitting(object(each))]));
    case 'array':
      return [];
    case 'integer':
      // A score of a hundred: a router takes its large model.
      return Number(schema.maximum ?? 100);
    case 'number':
      return Number(schema.minimum ?? 1);
    case 'boolean':
      return false;
    default:
      return 'none';
  }
}

function textPart(block: Block, words: string): object {
  return block.kind === 'thinking' ? { text: words, thought: true } : { text: words };
}

function callPart(block: Block & { readonly kind: 'call' }, answer: Answer, issued: Issued): object {
  const name = declared(answer.body).find((each) => each === (block.use?.name ?? 'run_shell_command'));
  if (!name) throw new Error(`no such tool among ${declared(answer.body).join(', ')}`);
  const args = block.use?.input ?? { command: block.command, description: 'a step' };
  return { functionCall: { name, args }, thoughtSignature: issued.seal(JSON.stringify(args)) };
}

function usageOf({ turn: { usage } }: Answer) {
  const promptTokenCount = usage.uncachedInput + usage.cacheRead;
  return {
    promptTokenCount,
    cachedContentTokenCount: usage.cacheRead,
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning ? { thoughtsTokenCount: usage.reasoning } : {}),
    totalTokenCount: promptTokenCount + usage.output,
  };
}
