import { type Fields, fields, list, text } from './bodyFields.ts';

/**
 * Tokens of the schemas of tools that are offered and that nothing in the conversation has called so far, in the encoding
 * of `count`. Tools without a name of their own are the provider's and have no schema here. 0 where the provider keeps the
 * history: what was called is not in the body then.
 */
export function unusedToolTokens(root: Fields, count: (text: string) => number): number {
  if (root.previous_response_id || root.conversation || root.cachedContent) return 0;
  const called = new Set(calledNames(root));
  let tokens = 0;
  for (const [name, schema] of offered(root)) if (!called.has(name)) tokens += count(JSON.stringify(schema));
  return tokens;
}

function* offered(root: Fields): Generator<readonly [name: string, schema: unknown]> {
  for (const each of list(root.tools)) {
    const { cache_control: _, ...tool } = fields(each);
    for (const declared of list(tool.functionDeclarations ?? tool.function_declarations)) {
      const name = text(fields(declared).name);
      if (name) yield [name, declared];
    }
    const own = tool.function === undefined ? tool : fields(tool.function);
    const name = text(own.name);
    if (name && (own.input_schema ?? own.parameters ?? own.format) !== undefined) yield [name, own];
  }
}

/** Whatever the protocol: a call names its tool in a block, beside a message, as an item of its own, or in a part. */
function* calledNames(root: Fields): Generator<string> {
  for (const message of [...list(root.messages), ...list(root.input), ...list(root.contents)]) {
    const { type, name, content, tool_calls: calls, parts } = fields(message);
    if (type === 'function_call' || type === 'custom_tool_call') yield text(name);
    for (const block of list(content)) if (fields(block).type === 'tool_use') yield text(fields(block).name);
    for (const call of list(calls)) yield text(fields(fields(call).function).name);
    for (const part of list(parts)) {
      const { functionCall, function_call } = fields(part);
      yield text(fields(functionCall ?? function_call).name);
    }
  }
}
