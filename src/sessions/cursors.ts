/**
 * Where reading goes on after a restart: one JSON text per file, kept by whoever keeps what was read. It must be stored
 * after the observations it came with, or with them: losing a cursor only costs time, losing an observation costs money.
 */
export interface Cursors {
  get(path: string): string | undefined;
  set(path: string, json: string): void;
}

/** How the reader asks for many at once, over a thread's border. */
export type LoadCursors = (paths: readonly string[]) => Promise<readonly (string | undefined)[]>;

/** For one reading that is not to be remembered. */
export const noCursors: LoadCursors = async (paths) => paths.map(() => undefined);
