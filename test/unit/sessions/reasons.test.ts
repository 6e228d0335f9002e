import assert from 'node:assert/strict';
import { reasonOf } from '../../../src/sessions/reasons.ts';

describe('reasonOf', () => {
  it('puts errors of the file system and of SQLite into words', () => {
    const cases: readonly (readonly [object, string | undefined])[] = [
      [{ code: 'ENOENT' }, undefined],
      [{ code: 'EACCES' }, 'no permission'],
      [{ code: 'EPERM' }, 'no permission'],
      [{ code: 'EBUSY' }, 'locked'],
      [{ code: 'EIO' }, 'not readable'],
      [{ code: 'ERR_SQLITE_ERROR', errcode: 5 }, 'locked'],
      [{ code: 'ERR_SQLITE_ERROR', errcode: 261 }, 'locked'],
      [{ code: 'ERR_SQLITE_ERROR', errcode: 26 }, 'foreign file'],
      [{ code: 'ERR_SQLITE_ERROR', errcode: 1 }, 'foreign file'],
      [{ code: 'ERR_SQLITE_ERROR', errcode: 14 }, 'no permission'],
      [{ code: 'ERR_SQLITE_ERROR', errcode: 10 }, 'not readable'],
    ];
    for (const [error, reason] of cases) assert.equal(reasonOf(error), reason, JSON.stringify(error));
  });
});
