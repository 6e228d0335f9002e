import type { SkipReason } from '../agents/agent.ts';
import { field } from '../agents/requestBody.ts';

/** https://www.sqlite.org/rescode.html: primary codes. */
const sqliteReasons: Readonly<Record<number, SkipReason>> = {
  1: 'foreign file',
  3: 'no permission',
  5: 'locked',
  6: 'locked',
  // Nothing is ever written from here: an index that only its owner can build.
  8: 'locked',
  11: 'foreign file',
  14: 'no permission',
  23: 'no permission',
  26: 'foreign file',
};

/** Why reading failed, in a word for people; `undefined` = the file is gone, which is no problem at all. */
export function reasonOf(error: unknown): SkipReason | undefined {
  const code = field(error, 'code');
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'EBUSY' || code === 'ETXTBSY') return 'locked';
  const sqlite = field(error, 'errcode');
  if (typeof sqlite === 'number') return sqliteReasons[sqlite & 0xff] ?? 'not readable';
  return 'not readable';
}
