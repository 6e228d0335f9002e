import { type Fields, fields, list, text } from './bodyFields.ts';

/** A function as Chat Completions, Responses or the older `functions` describe it. */
export interface FunctionTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: unknown;
}

/**
 * The tools as OpenAI's models are known to see them: a TypeScript namespace of functions (hmarr, "Counting tokens for
 * function calls", 2023; still so for GPT-5 by its reported usage).
 */
export function renderTools(tools: readonly FunctionTool[]): string {
  const lines = ['namespace functions {', ''];
  for (const { name, description, parameters } of tools) {
    if (description) lines.push(`// ${description}`);
    const properties = propertyLines(fields(parameters), 0);
    if (properties.length === 0) lines.push(`type ${name} = () => any;`);
    else lines.push(`type ${name} = (_: {`, ...properties, '}) => any;');
    lines.push('');
  }
  lines.push('} // namespace functions');
  return lines.join('\n');
}

function propertyLines(schema: Fields, depth: number): string[] {
  const required = list(schema.required);
  const indent = '  '.repeat(Math.max(0, depth - 1)) + (depth > 0 ? '  ' : '');
  return Object.entries(fields(schema.properties)).flatMap(([name, property]) => {
    const { description } = fields(property);
    const line = `${indent}${name}${required.includes(name) ? '' : '?'}: ${typeOf(fields(property), depth)},`;
    return text(description) && depth < 2 ? [`${indent}// ${text(description)}`, line] : [line];
  });
}

/** Schemas of foreign tools may nest without end (they come parsed, so never in a circle). */
const deepest = 12;

function typeOf(schema: Fields, depth: number): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const either = [...list(schema.anyOf), ...list(schema.oneOf)];
  if (either.length > 0 && depth < deepest) return either.map((each) => typeOf(fields(each), depth)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, depth)).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return schema.type;
    case 'integer':
      return 'number';
    case 'array':
      return schema.items === undefined || depth >= deepest ? 'any[]' : `${typeOf(fields(schema.items), depth)}[]`;
    case 'object': {
      if (depth >= deepest) return 'object';
      const lines = propertyLines(schema, depth + 1);
      return lines.length === 0 ? 'object' : ['{', ...lines, `${'  '.repeat(depth)}}`].join('\n');
    }
    default:
      return 'any';
  }
}
