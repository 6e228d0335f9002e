import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SessionFormat } from '../../../src/agents/agent.ts';
import { agents } from '../../../src/agents/registry.ts';
import type { AgentId } from '../../../src/core/request.ts';
import { claudeFile, claudeLine, placesOf, removeHomes, scanned, tempHome, write } from './support.ts';

/** Where a file of each format may lie below one of its roots; a database names its own path. */
const places: Readonly<Record<string, readonly string[]>> = {
  'claude-code': ['-w/bad.jsonl'],
  codex: ['2026/11/25/rollout-2026-11-25T10-00-00-bad.jsonl'],
  kilo: ['', 'bad/ui_messages.json'],
  opencode: [''],
  'roo-code': ['bad/ui_messages.json'],
  'zoo-code': ['bad/ui_messages.json'],
  cline: ['1760000000000/ui_messages.json', '1760000000000_ab12c/1760000000000_ab12c.messages.json'],
  copilot: ['bad/events.jsonl', 'abc/chatSessions/bad.jsonl', 'abc/chatSessions/bad.json', ''],
  cursor: [''],
  'gemini-cli': ['abc/chats/session-2026-11-25T10-00-bad.jsonl'],
  'qwen-code': ['-w/chats/bad.jsonl'],
};

/** Every format of every agent, with a path in a home at which it looks. */
function formatsIn(home: string): { readonly agent: AgentId; readonly format: SessionFormat; readonly path: string }[] {
  const of = placesOf(home);
  return agents.flatMap(({ id, sessions = [] }) =>
    sessions.map((format, i) => {
      const path =
        format.kind === 'database' ? format.paths(of)[0] : join(format.roots(of)[0] ?? '', places[id]?.[i] ?? 'nowhere');
      assert.ok(
        path && (format.kind === 'database' || format.matches(path)),
        `${id} ${i}: a path at which it looks, not ${path}`,
      );
      return { agent: id, format, path };
    }),
  );
}

/** A file of that size that takes no room on the disk. */
function sparse(path: string, bytes: number, begin: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  writeSync(file, begin);
  ftruncateSync(file, bytes);
  closeSync(file);
}

const hostile: Readonly<Record<string, (path: string) => void>> = {
  'of random bytes': (path) => write(path, randomBytes(50_000)),
  'of another program’s text': (path) => write(path, 'Dear diary,\nnothing happened today.\n'),
  'of JSON that is none of its agent’s': (path) => write(path, '[1, "two", {"three": null}]\n'),
  'torn in the middle': (path) => write(path, '{"type":"assistant","message":{"usage":{"input_tokens":1'),
  'without anything in it': (path) => write(path, ''),
  'of 2 GB': (path) => sparse(path, 2_300_000_000, '{"type":"x"}\n'),
};

const anHourAgo = Date.now() / 1000 - 3_600;

describe('a session file', function () {
  this.timeout(120_000);
  afterEach(removeHomes);

  for (const [what, make] of Object.entries(hostile)) {
    it(`${what} is skipped with a reason, for every agent, and the rest is read`, async () => {
      const home = tempHome();
      const all = formatsIn(home);
      // Going through zeros takes its time, and lines are lines whoever writes them.
      const lines = all.find(({ format }) => format.kind === 'lines');
      const formats = what === 'of 2 GB' ? all.filter((each) => each === lines || each.format.kind !== 'lines') : all;
      for (const { path } of formats) {
        make(path);
        // One that has just been written may still be on its way.
        utimesSync(path, anHourAgo, anHourAgo);
      }
      write(claudeFile(home, 'good'), `${claudeLine('msg_01aZ9kQ4mT7xW2vR5bN8good', 7)}\n`);
      const taken = await scanned(home);
      assert.deepEqual(
        taken.rows().map(({ keys }) => keys[0]),
        ['msg:msg_01aZ9kQ4mT7xW2vR5bN8good'],
      );
      if (what === 'without anything in it') return;
      const skipped = new Set(
        [...taken.batches.flatMap((batch) => batch.skipped)].filter(({ count }) => count > 0).map(({ path }) => path),
      );
      assert.deepEqual(
        formats.filter(({ path }) => !skipped.has(path)).map(({ agent, path }) => `${agent} ${path.slice(home.length)}`),
        [],
        'passed over without a word',
      );
    });
  }
});
