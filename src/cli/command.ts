import type { Writable } from 'node:stream';

/** What a command runs in: nothing is taken from the process behind its back. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Every `src/cli/<name>.ts` exports its `main` of this type. Resolves with the exit status. */
export type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

/** Wrong use of a command: its message is shown without a stack, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
