import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Step {
  readonly session: string;
  readonly message: string;
  /** Milliseconds since the epoch at which the message was created; it is completed a second later. */
  readonly created: number;
  readonly input: number;
  readonly output: number;
  readonly reasoning?: number;
  readonly read?: number;
  readonly write?: number;
  readonly agent?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly cost?: number;
  /** Of the part itself. */
  readonly routed?: { readonly providerID: string; readonly modelID: string };
}

/** A database as OpenCode and Kilo make it, as far as usage goes; the test is its owner and writes to it. */
export class CoreDatabaseFile {
  readonly db: DatabaseSync;
  #parts = 0;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.db = new DatabaseSync(path);
    this.db.exec(`PRAGMA journal_mode = WAL;
      CREATE TABLE session (id text PRIMARY KEY, parent_id text, directory text NOT NULL);
      CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL, data text NOT NULL);
      CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, session_id text NOT NULL, time_created integer NOT NULL, data text NOT NULL);
      CREATE INDEX part_message_id_id_idx ON part (message_id, id);`);
  }

  session(id: string, parent: string | null = null): void {
    this.db.prepare('INSERT INTO session VALUES (?, ?, ?)').run(id, parent, '/w');
  }

  part(session: string, message: string, at: number, data: object | string): void {
    this.#parts += 1;
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    this.db
      .prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?)')
      .run(`prt_${String(this.#parts).padStart(5, '0')}`, message, session, at, text);
  }

  /** One answer: a message with a text that quotes usage, a tool part and the record of the step. `copiedAt` makes it a fork's copy. */
  step(step: Step, copiedAt?: number): void {
    const { session, message, created, agent = 'build', model = 'claude-sonnet-4-5', provider = 'anthropic' } = step;
    const tokens = {
      total: 0,
      input: step.input,
      output: step.output,
      reasoning: step.reasoning ?? 0,
      cache: { read: step.read ?? 0, write: step.write ?? 0 },
    };
    const data = {
      parentID: `user_${message}`,
      role: 'assistant',
      mode: agent,
      agent,
      path: { cwd: '/w' },
      cost: 9,
      tokens,
      modelID: model,
      providerID: provider,
      time: { created, completed: created + 1000 },
    };
    this.db.prepare('INSERT INTO message VALUES (?, ?, ?, ?)').run(message, session, copiedAt ?? created, JSON.stringify(data));
    const at = copiedAt ?? created + 900;
    this.part(session, message, at, { type: 'text', text: 'quoted "type":"step-finish","tokens":{"input":999999}' });
    this.part(session, message, at, { type: 'tool', state: { output: 'x'.repeat(2000) } });
    this.part(session, message, at, {
      reason: 'stop',
      type: 'step-finish',
      tokens,
      cost: step.cost ?? 0,
      ...(step.routed ? { model: step.routed } : {}),
    });
  }

  close(): void {
    this.db.close();
  }
}
