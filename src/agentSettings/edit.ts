import { isDeepStrictEqual } from 'node:util';
import { type Entry, type Node, nodeAt, readJson } from './json.ts';

/** A place of a text, and what stands there before and after. */
export interface Edit {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
}

export function applyEdit(text: string, { at, removed, inserted }: Edit): string {
  if (text.slice(at, at + removed.length) !== removed) throw new Error('the text is not the one the change was made for');
  return text.slice(0, at) + inserted + text.slice(at + removed.length);
}

export function reversed({ at, removed, inserted }: Edit): Edit {
  return { at, removed: inserted, inserted: removed };
}

/** Sets the value at a path; objects on the way are made. Throws where something else than an object is in the way. */
export function setValue(text: string, path: readonly string[], value: unknown): Edit | undefined {
  const root = readJson(text);
  const there = nodeAt(root, path);
  if (there) {
    if (isDeepStrictEqual(there.value, value)) return undefined;
    const inserted = written(value, text, indentOf(text, there.start));
    return { at: there.start, removed: text.slice(there.start, there.end), inserted };
  }
  let depth = path.length - 1;
  while (!nodeAt(root, path.slice(0, depth))) depth--;
  const holder = nodeAt(root, path.slice(0, depth));
  if (holder?.kind !== 'object') throw new Error(`${path.slice(0, depth).join('.') || 'it'} is not an object`);
  const nested = path.slice(depth + 1).reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
  return insertion(text, holder, path[depth], nested);
}

/** Adds an item to the array at a path, unless the very same is there; an array that is not there is made. */
export function addItem(text: string, path: readonly string[], item: unknown): Edit | undefined {
  const list = nodeAt(readJson(text), path);
  if (!list) return setValue(text, path, [item]);
  if (list.kind !== 'array') throw new Error(`${path.join('.')} is not a list`);
  if (list.entries.some(({ node }) => isDeepStrictEqual(node.value, item))) return undefined;
  return insertion(text, list, undefined, item);
}

/** Takes an entry out of its object or list, with the comma that parts it from its neighbour. */
export function removal(text: string, holder: Extract<Node, { readonly entries: unknown }>, entry: Entry): Edit {
  const index = holder.entries.indexOf(entry);
  const before = holder.entries[index - 1];
  const after = holder.entries[index + 1];
  const from = before ? before.node.end : after ? entry.start : holder.start + 1;
  const to = before || !after ? entry.node.end : after.start;
  // A last entry may have a comma behind it.
  const comma = before || after ? undefined : /^\s*,/.exec(text.slice(to))?.[0];
  const end = to + (comma?.length ?? 0);
  return { at: from, removed: text.slice(from, end), inserted: '' };
}

function insertion(
  text: string,
  holder: Extract<Node, { readonly entries: unknown }>,
  key: string | undefined,
  value: unknown,
): Edit {
  const inside = text.slice(holder.start, holder.end);
  const last = holder.entries.at(-1);
  const isBroken = inside.includes('\n') || !last;
  const eol = eolOf(text);
  const outer = indentOf(text, holder.start);
  const indent = isBroken && last ? indentOf(text, last.start) : outer + stepOf(text);
  const name = key === undefined ? '' : `${JSON.stringify(key)}: `;
  const entry = name + (isBroken ? written(value, text, indent) : JSON.stringify(value));
  if (!isBroken) return { at: last?.node.end ?? 0, removed: '', inserted: `, ${entry}` };
  if (last) return { at: last.node.end, removed: '', inserted: `,${eol}${indent}${entry}` };
  const close = inside.includes('\n') ? '' : `${eol}${outer}`;
  return { at: holder.start + 1, removed: '', inserted: `${eol}${indent}${entry}${close}` };
}

function written(value: unknown, text: string, indent: string): string {
  return JSON.stringify(value, undefined, stepOf(text)).replaceAll('\n', `${eolOf(text)}${indent}`);
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function stepOf(text: string): string {
  return /\n([ \t]+)["'{[]/.exec(text)?.[1] ?? '  ';
}

/** The blanks that the line of an offset begins with. */
function indentOf(text: string, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))?.[0] ?? '';
}
