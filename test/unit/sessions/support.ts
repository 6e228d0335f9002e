import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Places } from '../../../src/agents/agent.ts';
import { agents } from '../../../src/agents/registry.ts';
import type { Observation } from '../../../src/core/request.ts';
import { RequestSet } from '../../../src/core/requestSet.ts';
import type { Batch } from '../../../src/sessions/batch.ts';
import { SessionReader, type SessionReaderOptions } from '../../../src/sessions/sessionReader.ts';

const homes = fileURLToPath(new URL('../../fixtures/homes/', import.meta.url));
const made: string[] = [];

/** An empty folder, or a copy of a fixture home; gone after the tests that call `removeHomes`. */
export function tempHome(fixture?: string): string {
  const home = mkdtempSync(join(tmpdir(), 'spend-meter-'));
  made.push(home);
  if (fixture) cpSync(join(homes, fixture), home, { recursive: true });
  return home;
}

export function fixtureHome(name: string): string {
  return join(homes, name);
}

export function removeHomes(): void {
  for (const home of made.splice(0)) rmSync(home, { recursive: true, force: true });
}

export function placesOf(home: string, env: Places['env'] = {}): Places {
  return { home, env, platform: 'linux' };
}

export function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Takes batches as the ledger does: observations, then cursors. */
export class Taken {
  readonly set = new RequestSet();
  readonly batches: Batch[] = [];
  readonly cursors = new Map<string, string>();
  readonly skipped = new Map<string, number>();

  take(batch: Batch): void {
    this.batches.push(batch);
    for (const seen of batch.observations) this.set.add(seen);
    for (const [path, json] of batch.cursors) this.cursors.set(path, json);
    for (const { path, reason, count } of batch.skipped) this.skipped.set(`${path.split('/').at(-1)}: ${reason}`, count);
  }

  rows(): readonly Observation[] {
    return [...this.set.rows()].sort((a, b) => a.at - b.at || ((a.keys[0] ?? '') < (b.keys[0] ?? '') ? -1 : 1));
  }

  output(): number {
    return this.rows().reduce((sum, { usage }) => sum + usage.output, 0);
  }

  /** Reasons that still hold. */
  reasons(): Record<string, number> {
    return Object.fromEntries([...this.skipped].filter(([, count]) => count > 0));
  }
}

/** A reader of a home that hands over to `taken` and remembers there. */
export function readerOf(home: string, taken: Taken, more: Partial<SessionReaderOptions> = {}): SessionReader {
  return new SessionReader({
    agents,
    places: placesOf(home),
    loadCursors: async (paths) => paths.map((path) => taken.cursors.get(path)),
    deliver: (batch) => taken.take(batch),
    ...more,
  });
}

export async function scanned(home: string, taken: Taken = new Taken()): Promise<Taken> {
  const reader = readerOf(home, taken);
  await reader.scan();
  reader.dispose();
  return taken;
}

/** A line of Claude Code as its 2.1 versions write it. */
export function claudeLine(
  id: string,
  output: number,
  more: { readonly at?: string; readonly session?: string; readonly stop?: string | null; readonly text?: string } = {},
): string {
  return JSON.stringify({
    isSidechain: false,
    cwd: '/w',
    sessionId: more.session ?? 's',
    version: '2.1.330',
    message: {
      id,
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'text', text: more.text ?? 'hello' }],
      stop_reason: more.stop === undefined ? 'end_turn' : more.stop,
      usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: output },
    },
    type: 'assistant',
    timestamp: more.at ?? '2026-11-20T10:00:00.000Z',
  });
}

export const claudeFile = (home: string, session = 's') => join(home, '.claude/projects/-w', `${session}.jsonl`);
