import type { DatabaseSync } from 'node:sqlite';
import type { ModeKind } from '../core/mode.ts';
import type { AgentId, Observation, Place } from '../core/request.ts';

/**
 * What the meter needs to know about one coding agent. Adding an agent = adding a folder that exports one of these
 * and naming it in `registry.ts`. Every capability is optional: an agent without session files is still metered by
 * the gateway, and the other way round.
 */
export interface Agent {
  readonly id: AgentId;
  /** As its makers write it. */
  readonly name: string;
  /** The agent's own mode names (lower case) where they differ from the common words. */
  readonly modes?: Readonly<Record<string, ModeKind>>;
  /** Recognises its own request at the gateway; `undefined` = not mine. */
  identify?(request: RequestFacts): Identity | undefined;
  /** How this agent is told that its task is stopped, so that it ends and sends nothing more that is paid. */
  readonly refusal?: RefusalStyle;
  /** Environment that points a terminal's agent at the gateway; empty = no variable reaches it. */
  environment?(bases: BaseUrls): Record<string, string>;
  /** Where it leaves its usage on disk. */
  readonly sessions?: readonly SessionFormat[];
}

/** Facts of a request at the gateway that an agent may recognise itself by. Credentials are already taken out. */
export interface RequestFacts {
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: Protocol;
  readonly path: string;
  /** The parsed JSON body; absent while only the headers are known. */
  readonly body?: unknown;
  /** The terminal named in the path prefix, where there is one. */
  readonly terminal?: string;
}

/** Answer of `identify`: a place, plus what could not be told from the headers alone. */
export type Identity = Place;

export type Protocol = 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini' | 'other';

/** `json`: 402 in the protocol's own error shape. `plain-400`: status 400 with a text/plain body (Codex retries a 402). */
export type RefusalStyle = 'json-402' | 'plain-400';

/** What an agent is given as base URL, by upstream name (`anthropic`, `openai`, …). */
export type BaseUrls = Readonly<Record<string, string>>;

/** What reading the disk depends on: parameters, so that tests can move them. */
export interface Places {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

export type SessionFormat = LinesFormat | DatabaseFormat;

/** Append-only JSON Lines below some folders. */
export interface LinesFormat {
  readonly kind: 'lines';
  /** Folders to look below; they need not exist. */
  roots(places: Places): readonly string[];
  /** Whether a file below a root is a session file. */
  matches(path: string): boolean;
  /**
   * A reader of one file from its first byte. It sees every complete line once, in order, as UTF-8 bytes without the
   * newline, and answers what the line shows. Lines it has no use for should be told by a byte search, not parsed.
   * `state`/`resume` carry what it must remember over a restart (JSON, small).
   */
  open(path: string, resume?: unknown): LineReader;
}

export interface LineReader {
  line(bytes: Buffer): readonly Observation[];
  state(): unknown;
}

/** Another program's SQLite database, opened read-only. */
export interface DatabaseFormat {
  readonly kind: 'database';
  paths(places: Places): readonly string[];
  /** Everything after `cursor` (undefined = from the start, newest sessions may come first), and the cursor to go on from. */
  read(db: DatabaseSync, cursor: unknown): { readonly observations: readonly Observation[]; readonly cursor: unknown };
}

/** A line or file that could not be used. Counted and shown, never silently dropped. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
  readonly count: number;
}
