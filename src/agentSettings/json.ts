/** What lies where in a JSON text with comments and trailing commas. Offsets are those of the text; `end` is exclusive. */
export type Node = {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
} & (
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }
  | { readonly kind: 'array'; readonly entries: readonly Entry[] }
  | { readonly kind: 'scalar' }
);

/** A property or an item. `start` is that of its key, where it has one. */
export interface Entry {
  readonly start: number;
  readonly key: string | number;
  readonly node: Node;
}

/** Reads a JSON text with comments. Throws a SyntaxError where it is not one. */
export function readJson(text: string): Node {
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  const fail = (): never => {
    throw new SyntaxError(`not JSON at character ${at}`);
  };
  const skip = (): void => {
    const gap = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
    gap.lastIndex = at;
    at += gap.exec(text)?.[0].length ?? 0;
  };
  const token = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? fail();
    at += found.length;
    return found;
  };
  const string = (): string => JSON.parse(token(/"(?:[^"\\]|\\.)*"/y)) as string;
  const list = (
    start: number,
    close: string,
    one: (index: number) => Entry,
  ): { entries: Entry[]; start: number; end: number } => {
    const entries: Entry[] = [];
    at++;
    for (skip(); text[at] !== close; skip()) {
      entries.push(one(entries.length));
      skip();
      if (text[at] === ',') at++;
      else if (text[at] !== close) fail();
    }
    at++;
    return { entries, start, end: at };
  };
  const node = (): Node => {
    const start = at;
    if (text[at] === '{') {
      const read = list(start, '}', () => {
        const from = at;
        const key = string();
        skip();
        if (text[at] !== ':') fail();
        at++;
        skip();
        return { start: from, key, node: node() };
      });
      return { kind: 'object', ...read, value: Object.fromEntries(read.entries.map((each) => [each.key, each.node.value])) };
    }
    if (text[at] === '[') {
      const read = list(start, ']', (index) => ({ start: at, key: index, node: node() }));
      return { kind: 'array', ...read, value: read.entries.map((each) => each.node.value) };
    }
    const value: unknown = text[at] === '"' ? string() : JSON.parse(token(/true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y));
    return { kind: 'scalar', start, end: at, value };
  };

  skip();
  const root = node();
  skip();
  if (at < text.length) fail();
  return root;
}

/** The node at a path; `undefined` where there is none. */
export function nodeAt(root: Node, path: readonly string[]): Node | undefined {
  let at: Node | undefined = root;
  for (const key of path) at = at?.kind === 'object' ? at.entries.findLast((entry) => entry.key === key)?.node : undefined;
  return at;
}
