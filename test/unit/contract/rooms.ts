import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');

/** Which rooms a room may import from, besides itself. `pricing` and `package.json` are data, open to those that compose. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  core: [],
  advisor: ['core'],
  agentSettings: ['core'],
  protocol: ['core'],
  hooks: [],
  tokens: ['core'],
  agents: ['core', 'agentSettings'],
  sessions: ['core', 'agents'],
  gateway: ['core', 'agents'],
  otlp: ['core', 'agents'],
  ledger: ['core', 'agents'],
  service: [
    'core',
    'protocol',
    'tokens',
    'agents',
    'sessions',
    'gateway',
    'otlp',
    'ledger',
    'advisor',
    'agentSettings',
    'hooks',
    'pricing',
    'package.json',
  ],
  cli: [
    'core',
    'protocol',
    'tokens',
    'agents',
    'sessions',
    'gateway',
    'otlp',
    'ledger',
    'advisor',
    'hooks',
    'service',
    'pricing',
    'package.json',
  ],
  extension: ['core', 'protocol', 'package.json'],
  webview: ['core', 'protocol'],
};

/** Packages (and `node:` for Node's own modules) that a room may use. Everything is bundled, so each one is weight. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  core: [],
  advisor: [],
  agentSettings: ['node:', 'zod'],
  protocol: ['zod'],
  hooks: ['node:'],
  tokens: ['node:', 'zod'],
  agents: ['node:', 'zod'],
  sessions: ['node:', 'zod'],
  gateway: ['node:', 'zod', 'undici'],
  otlp: ['node:', 'pbf'],
  ledger: ['node:', 'zod'],
  service: ['node:', 'zod', 'undici'],
  cli: ['node:', 'zod'],
  extension: ['node:', 'zod', 'vscode'],
  webview: ['preact', 'zod'],
};

export interface Import {
  /** Path below the project, with `/`. */
  readonly file: string;
  readonly from: string;
}

export function sourceFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).map((path) => path.split(sep).join('/'));
}

/** Every static, dynamic and type import of a text. Comments are taken out first. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"\n]+)\1/g);
  return [...found].map((match) => match[2] ?? '');
}

/** The room of a file below `src`: its folder; `cli.ts` is the room `cli`. */
function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.tsx?$/, '') : top;
}

/** What is wrong with an import, or undefined. */
export function breach({ file, from }: Import): string | undefined {
  const room = roomOf(file);
  const mayUse = rooms[room];
  if (!mayUse) return `${file} lies in no room`;
  const editorPart = /^src\/agents\/[\w-]+\/extension\.ts$/.test(file);
  if (from.startsWith('.')) {
    const target = relative(root, join(root, dirname(file), from))
      .split(sep)
      .join('/');
    const reached = roomOf(target);
    const allowed = reached === room || mayUse.includes(reached) || (editorPart && reached === 'protocol');
    const exception = room === 'extension' && /^src\/agents\/([\w-]+\/extension|agentExtension)\.ts$/.test(target);
    return allowed || exception
      ? undefined
      : `${file} imports ${target}: ${room} may import ${mayUse.join(', ') || 'nothing else'}`;
  }
  const used = packages[room] ?? [];
  const allowed = used.some((name) => from === name || from.startsWith(name.endsWith(':') ? name : `${name}/`));
  return allowed || (editorPart && from === 'vscode')
    ? undefined
    : `${file} imports ${from}: ${room} may use ${used.join(', ') || 'none'}`;
}

export function importsIn(file: string): Import[] {
  return importsOf(readFileSync(join(root, file), 'utf8')).map((from) => ({ file, from }));
}
