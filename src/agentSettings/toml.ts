import type { Edit } from './edit.ts';

/** A value as TOML writes it in one line. Strings are basic strings, whose escapes are JSON's. */
export function tomlValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).map(([key, inner]) => `${tomlKey(key)} = ${tomlValue(inner)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  return JSON.stringify(value);
}

function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/**
 * Puts a table at the end of a TOML text. A table is its lines (`[name]` among them) with `\n`; they get the text's own line ends. Throws where the text may have something of
 * that name already: rather refused once too often (a key of that name in another table, a line inside a string) than a file its program no longer reads.
 */
export function appendTable(text: string, name: string, table: string): Edit {
  if (mentions(text, name)) throw new Error(`it says something about ${name} already`);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return { at: text.length, removed: '', inserted: gap + table.replaceAll('\n', eol) };
}

/**
 * The text without a table that was appended by `edit`; the same text when it is not there, `undefined` when it was changed or something was added to it:
 * what stands behind a header belongs to it.
 */
export function withoutTable(text: string, name: string, { inserted }: Edit): string | undefined {
  const table = inserted.trimStart();
  const start = text.indexOf(table);
  if (start < 0) return mentions(text, name) ? undefined : text;
  const end = start + table.length;
  const isWhole = (start === 0 || text[start - 1] === '\n') && /^(?:\s*(?:#[^\n]*)?(?:\n|$))*?\s*(?:\[|$)/.test(text.slice(end));
  if (!isWhole || text.includes(table, start + 1)) return undefined;
  const gap = inserted.slice(0, inserted.length - table.length);
  const from = text.slice(0, start).endsWith(gap) ? start - gap.length : start;
  const before = text.slice(0, from);
  // The gap may have held the end of the user's last line.
  const isJoined = end < text.length && before !== '' && !before.endsWith('\n');
  return before + (isJoined ? gap.slice(0, gap.length / 2) : '') + text.slice(end);
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`^[ \\t]*(?:\\[\\[?[ \\t]*)?["']?${name}["']?[ \\t]*[\\].=]`, 'm').test(text);
}
