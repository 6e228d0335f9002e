import type { DatabaseSync } from 'node:sqlite';
import type { ModeKind } from '../core/mode.ts';
import type { AgentId, Observation, Place } from '../core/request.ts';
import type { HooksOf } from './hooks.ts';
import type { RoutingOf } from './routing.ts';
import type { Telemetry } from './telemetry.ts';

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
  /**
   * Recognises its own request at the gateway; `undefined` = not mine. `key` is for fingerprints: an agent that sends no id is given a `guessedTask`
   * (`core/guessedTask.ts`), which the ledger replaces once the agent's own record shows the same request.
   */
  identify?(request: RequestFacts, key: string): Identity | undefined;
  /** How this agent is told that its task is stopped, so that it ends and sends nothing more that is paid. */
  readonly refusal?: RefusalStyle;
  /** Environment that points a terminal's agent at the gateway; empty = no variable reaches it. */
  environment?(bases: BaseUrls): Record<string, string>;
  /** What its program is called on a command line. */
  readonly command?: CommandName;
  /**
   * Rewrites a command line that starts its program (argv[word]) so that it is guarded without a file being changed; `undefined` = nothing to rewrite.
   * `environment` holds as well; this is for what no variable reaches.
   */
  launch?(argv: readonly string[], word: number, bases: BaseUrls): Launch | undefined;
  /** Which of its own settings names the model for a mode or a kind of request; absent = not known. */
  readonly routing?: RoutingOf;
  /** Where it leaves its usage on disk. */
  readonly sessions?: readonly SessionFormat[];
  /** How its OpenTelemetry is read and turned on. */
  readonly telemetry?: Telemetry;
  /** Its own hooks, through which it can ask whether its task is stopped. */
  readonly hooks?: HooksOf;
  /** Files (JSON with comments) whose list `plugin` names its server plugins; it reads all of them. Absolute paths. */
  plugins?(places: Places): readonly string[];
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

/** `npmPackage` is what `npx` and its like are told to run. */
export interface CommandName {
  readonly program: string;
  readonly npmPackage: string;
}

/** A command line that is ready to be started, and the environment it wants beside the shared one. */
export interface Launch {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Settings without which the agent would not start with this address. */
  readonly file?: LaunchFile;
}

/** A settings file that an agent wants to be named by a variable, and takes only from folders that nobody but the system's administrator can write. */
export interface LaunchFile {
  readonly variable: string;
  readonly name: string;
  readonly text: string;
  /** Whether the user's own settings already say it. */
  isChosen(home: string): boolean;
  /** What to tell the user where it can be neither placed nor is chosen. */
  readonly advice: string;
}

/** What reading the disk depends on: parameters, so that tests can move them. */
export interface Places {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

export type SessionFormat = LinesFormat | DocumentFormat | DatabaseFormat;

/** Append-only JSON Lines below some folders. */
export interface LinesFormat {
  readonly kind: 'lines';
  /** Folders to look below; they need not exist. */
  roots(places: Places): readonly string[];
  /** Whether a file below a root is a session file. */
  matches(path: string): boolean;
  /** Whether a folder below a root is looked into; where it is absent, all are. */
  enters?(folder: string): boolean;
  /**
   * Beside the first line of a file only lines that contain one of these texts (ASCII) are shown to the reader: they are found by a byte search over
   * whole chunks, so that the bulk of a history (tool results, prompts) is never turned into strings.
   */
  readonly needles: readonly string[];
  /**
   * A reader of one file from its first byte. It sees the first line and every complete line that holds a needle once, in order, as UTF-8
   * bytes without the newline, and answers what the line shows.
   * `state`/`resume` carry what it must remember over a restart (JSON, small).
   */
  open(path: string, resume?: unknown): LineReader;
}

export interface LineReader {
  /** Throws `NonsenseLine` for a line that should have told something and does not make sense. */
  line(bytes: Buffer): readonly Observation[];
  state(): unknown;
  /** Answers in the file, up to here, whose usage it does not tell. */
  untold?(): number;
}

/** JSON files that their program writes anew as a whole, below some folders. */
export interface DocumentFormat {
  readonly kind: 'document';
  /** Folders to look below; they need not exist. */
  roots(places: Places): readonly string[];
  /** Whether a file below a root is such a document. */
  matches(path: string): boolean;
  /** Whether a folder below a root is looked into; where it is absent, all are. */
  enters?(folder: string): boolean;
  /**
   * Everything a document shows. It is read again when it has changed; only what it shows differently from the last time goes on, so an observation must
   * depend on nothing but the document and the files `beside` it (a name relative to its folder; `undefined` when that is not there or not JSON).
   * `nonsense` counts records that should have told something and do not make sense. Throws `NonsenseLine` for a document that is none of this agent's.
   * `isFirst`: it was never read before, so that what it keeps only as a sum of records that are gone from it has not been told yet.
   */
  read(document: unknown, path: string, beside: (name: string) => unknown, isFirst: boolean): DocumentReading;
}

export interface DocumentReading {
  readonly observations: readonly Observation[];
  readonly nonsense?: number;
  /** Answers whose usage it does not tell. */
  readonly untold?: number;
}

/** Another program's SQLite database, opened read-only. */
export interface DatabaseFormat {
  readonly kind: 'database';
  paths(places: Places): readonly string[];
  /**
   * One step of reading what came after `cursor` (undefined = from the start, newest first), and the cursor to go on
   * from. `more` = call again at once; `nonsense` counts records that could not be understood.
   */
  read(db: DatabaseSync, cursor: unknown): DatabaseStep;
}

export interface DatabaseStep {
  readonly observations: readonly Observation[];
  /** JSON, small. */
  readonly cursor: unknown;
  readonly more?: boolean;
  readonly nonsense?: number;
  /** Answers, met in this step, whose usage it does not tell. */
  readonly untold?: number;
}

/** A record that looks like ours and cannot be understood. */
export class NonsenseLine extends Error {
  override readonly name = 'NonsenseLine';
}

/** Why a file or a part of it could not be used. */
export type SkipReason =
  | 'foreign file'
  | 'unfinished last line'
  | 'line too long'
  | 'file too large'
  | 'not understood'
  | 'no usage told'
  | 'locked'
  | 'no permission'
  | 'not readable'
  | 'needs Node 22.15 or later';

/** What could not be used. Counted and shown, never silently dropped. `count` replaces an earlier one of the same path and reason. */
export interface Skipped {
  readonly path: string;
  readonly reason: SkipReason;
  readonly count: number;
}
