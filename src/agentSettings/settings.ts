import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { addItem, applyEdit, type Edit, removal, reversed, setValue } from './edit.ts';
import { readText, replaceText } from './files.ts';
import { nodeAt, readJson } from './json.ts';
import { appendTable, withoutTable } from './toml.ts';

const place = { file: z.string(), path: z.array(z.string()) };
const changeSchema = z.discriminatedUnion('kind', [
  /** One value of a JSON file. */
  z.object({ kind: z.literal('set'), ...place, value: z.unknown() }),
  /** One more item of a list in a JSON file. */
  z.object({ kind: z.literal('add'), ...place, value: z.unknown() }),
  /** A table of ours at the end of a TOML file; `text` is its lines, its `[name]` among them. */
  z.object({ kind: z.literal('table'), file: z.string(), name: z.string(), text: z.string() }),
  /** A file of ours that was not there. */
  z.object({ kind: z.literal('create'), file: z.string(), text: z.string() }),
]);
/** One thing that is changed in somebody's settings. Files are absolute paths. */
export type Change = z.infer<typeof changeSchema>;

const editSchema = z.object({ at: z.number(), removed: z.string(), inserted: z.string() });
const doneSchema = z.object({
  change: changeSchema,
  edit: editSchema,
  /** The file was not there before. */
  isNew: z.boolean(),
  /** SHA-256 of the file as this change left it. */
  left: z.string(),
});
type Done = z.infer<typeof doneSchema>;
const recordSchema = z.object({ id: z.string(), at: z.number(), done: z.array(doneSchema) });
/** What was changed under one name, so that it can be undone. */
export type Record = z.infer<typeof recordSchema>;

/** A file before and after. `before` is `undefined` for one that is not there. */
export interface FileDifference {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string;
}

export interface Plan {
  readonly files: readonly FileDifference[];
  readonly done: readonly Done[];
}

export interface Undone {
  /** Changes that were taken back. */
  readonly undone: readonly Change[];
  /** Changes that somebody has edited since: these stay. */
  readonly left: readonly Change[];
}

/** What the changes would make of the files. Nothing is written. Throws where a file cannot be understood. */
export function plan(changes: readonly Change[]): Plan {
  const files = new Map<string, { before: string | undefined; after: string }>();
  const done: Done[] = [];
  for (const change of changes) {
    const known = files.get(change.file);
    const before = known ? known.before : readText(change.file);
    const text = known?.after ?? before;
    const edit = editOf(change, text);
    if (!edit) continue;
    const after = applyEdit(text ?? '', edit);
    files.set(change.file, { before, after });
    done.push({ change, edit, isNew: text === undefined, left: hash(after) });
  }
  return { files: [...files].map(([file, each]) => ({ file, ...each })), done };
}

function editOf(change: Change, text: string | undefined): Edit | undefined {
  if (change.kind === 'create') {
    if (text === change.text) return undefined;
    if (text !== undefined) throw new Error(`${change.file} is there already`);
    return { at: 0, removed: '', inserted: change.text };
  }
  if (change.kind === 'table') return orLeftAlone(change, () => appendTable(text ?? '', change.name, change.text));
  if (!text?.trim()) {
    const inserted = `${JSON.stringify(fresh(change), undefined, 2)}\n`;
    return { at: 0, removed: text ?? '', inserted };
  }
  return orLeftAlone(change, () =>
    change.kind === 'set' ? setValue(text, change.path, change.value) : addItem(text, change.path, change.value),
  );
}

function orLeftAlone<T>({ file }: Change, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    throw new Error(`${file} is left alone: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A change at a place in a JSON file. */
type JsonChange = Extract<Change, { path: string[] }>;

function fresh({ kind, path, value }: JsonChange): unknown {
  return path.reduceRight((inner: unknown, key) => ({ [key]: inner }), kind === 'add' ? [value] : value);
}

/** Whether the file says what the change put into it. */
export function isInForce(change: Change): boolean {
  const text = readText(change.file);
  if (text === undefined) return false;
  switch (change.kind) {
    case 'create':
      return text === change.text;
    case 'table':
      return text.replaceAll('\r\n', '\n').includes(change.text);
    case 'set':
    case 'add':
      return editOf(change, text) === undefined;
  }
}

/** Changes to other programs' settings, kept in one file so that each can be undone. */
export class AgentSettings {
  readonly #path: string;
  readonly #now: () => number;

  /** `path`: where the records are kept (0600). */
  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** What is in force, oldest first. */
  get installed(): readonly Record[] {
    const text = readText(this.#path);
    return text === undefined ? [] : z.array(recordSchema).parse(JSON.parse(text));
  }

  /** Writes a plan under a name. Throws, with nothing half done, when a file has changed since it was planned. */
  apply(id: string, { files, done }: Plan): void {
    if (done.length === 0) return;
    const former = this.installed;
    // Noted first: what is written and not noted could not be undone.
    this.#keep([...former, { id, at: this.#now(), done: [...done] }]);
    const written: FileDifference[] = [];
    try {
      for (const each of files) {
        replaceText(each.file, each.before, each.after);
        written.push(each);
      }
    } catch (error) {
      for (const { file, before, after } of written.reverse()) {
        if (before === undefined) rmSync(file, { force: true });
        else replaceText(file, after, before);
      }
      this.#keep(former);
      throw error;
    }
  }

  /**
   * Takes back what was changed under some names, last first: exactly, where the file is as it was left; else each value that is still ours. Changes of one file lie on one another, and
   * are exact only from the top: what was made later in a file under other names is lifted off first, and put back. What its owner has taken out or changed since is not put back.
   */
  undo(...ids: readonly string[]): Undone {
    const records = this.installed;
    const isMeant = ({ id }: Record): boolean => ids.includes(id);
    const files = new Set(records.filter(isMeant).flatMap(({ done }) => done.map(({ change }) => change.file)));
    const above = records
      .slice(Math.max(0, records.findIndex(isMeant)))
      .filter((record) => isMeant(record) || record.done.some(({ change }) => files.has(change.file)));
    const again = above
      .filter((record) => !isMeant(record))
      .map(({ id, done }) => ({ id, changes: done.map(({ change }) => change).filter(isInForce) }));
    const undone: Change[] = [];
    const left: Change[] = [];
    for (const record of [...above].reverse()) {
      const { back, stays } = this.#takeBack(record);
      if (isMeant(record)) {
        undone.push(...back);
        left.push(...stays);
      }
    }
    for (const { id, changes } of again) this.apply(id, plan(changes));
    return { undone, left };
  }

  #takeBack(record: Record): { readonly back: readonly Change[]; readonly stays: readonly Change[] } {
    const back: Change[] = [];
    const stays: Change[] = [];
    for (const done of [...record.done].reverse()) (takeBack(done) ? back : stays).push(done.change);
    this.#keep(this.installed.filter((each) => !isDeepStrictEqual(each, record)));
    return { back, stays };
  }

  #keep(records: readonly Record[]): void {
    replaceText(this.#path, readText(this.#path), `${JSON.stringify(records)}\n`);
  }
}

/** Whether the change is gone. */
function takeBack({ change, edit, isNew, left }: Done): boolean {
  const text = readText(change.file);
  if (text === undefined) return true;
  if (hash(text) === left) {
    if (isNew) rmSync(change.file);
    else replaceText(change.file, text, applyEdit(text, reversed(edit)));
    return true;
  }
  if (change.kind === 'create') return false;
  const after = change.kind === 'table' ? withoutTable(text, change.name, edit) : withoutOurs(text, change, edit);
  if (after === undefined) return false;
  if (after !== text) replaceText(change.file, text, after);
  return true;
}

/** The text without our value; `undefined` when another value stands there, or it cannot be read. */
function withoutOurs(text: string, change: JsonChange, edit: Edit): string | undefined {
  try {
    const there = nodeAt(readJson(text), change.path);
    if (!there) return text;
    if (change.kind === 'add') {
      const entry =
        there.kind === 'array' ? there.entries.find(({ node }) => isDeepStrictEqual(node.value, change.value)) : undefined;
      if (!entry || there.kind !== 'array') return text;
      return withoutEmpty(applyEdit(text, removal(text, there, entry)), change.path, madeFrom(change, edit));
    }
    if (!isDeepStrictEqual(there.value, change.value)) return undefined;
    if (edit.removed.trim()) return text.slice(0, there.start) + edit.removed + text.slice(there.end);
    const parents = change.path.slice(0, -1);
    const without = withoutProperty(text, change.path);
    return without === undefined ? undefined : withoutEmpty(without, parents, madeFrom(change, edit));
  } catch {
    return undefined;
  }
}

/** How many keys of a change's path were there before it. */
function madeFrom({ path }: JsonChange, { at, inserted }: Edit): number {
  // The whole object, where the file was empty.
  const first = inserted.replace(at === 0 ? /^\{\s*/ : /^,?\s*/, '');
  const depth = path.findIndex((key) => first.startsWith(`${JSON.stringify(key)}:`));
  return depth < 0 ? path.length : depth;
}

/** Takes out what a change made on its way (deeper than `depth`), as far as nobody else has put anything into it. */
function withoutEmpty(text: string, path: readonly string[], depth: number): string {
  if (path.length <= depth) return text;
  const there = nodeAt(readJson(text), path);
  if (there?.kind === 'scalar' || !there || there.entries.length > 0) return text;
  const without = withoutProperty(text, path);
  return without === undefined ? text : withoutEmpty(without, path.slice(0, -1), depth);
}

function withoutProperty(text: string, path: readonly string[]): string | undefined {
  const root = readJson(text);
  const there = nodeAt(root, path);
  const holder = nodeAt(root, path.slice(0, -1));
  const entry = holder?.kind === 'object' ? holder.entries.find(({ node }) => node === there) : undefined;
  return entry && holder?.kind === 'object' ? applyEdit(text, removal(text, holder, entry)) : undefined;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
