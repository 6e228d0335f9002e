import assert from 'node:assert/strict';
import { tokenTable } from '../../../scripts/tokenTables.mjs';
import { Merger } from '../../../src/tokens/merge.ts';
import { RankTable } from '../../../src/tokens/ranks.ts';
import { randomFrom } from './textMaker.ts';

/** Byte-pair encoding as it is defined: merge the adjacent pair of lowest rank, leftmost first, until none merges. */
function asDefined(bytes: Uint8Array, ranks: ReadonlyMap<string, number>): number {
  const parts = [...bytes].map((byte) => String.fromCharCode(byte));
  for (;;) {
    let best = -1;
    let bestRank = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(`${parts[i]}${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY;
      if (rank < bestRank) {
        best = i;
        bestRank = rank;
      }
    }
    if (best < 0) return parts.length;
    parts.splice(best, 2, `${parts[best]}${parts[best + 1]}`);
  }
}

for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
  describe(`merging in ${encoding}`, () => {
    const table = new RankTable(tokenTable(encoding));
    const merger = new Merger(table);
    const ranks = new Map(
      Array.from({ length: table.size }, (_, rank) => [Buffer.from(table.token(rank)).toString('latin1'), rank] as const),
    );

    it('answers as the definition does, for any bytes', () => {
      const random = randomFrom(5);
      for (let i = 0; i < 1500; i++) {
        const few = random() < 0.5 ? 3 : 256;
        const bytes = Uint8Array.from(
          { length: 1 + Math.floor(random() * 70) },
          () => (random() * few + (few === 3 ? 0x60 : 0)) & 255,
        );
        assert.equal(merger.count(bytes, 0, bytes.length), asDefined(bytes, ranks), Buffer.from(bytes).toString('hex'));
      }
    });

    it('answers as the definition does for tokens joined, where borders are hardest', () => {
      const random = randomFrom(6);
      for (let i = 0; i < 1500; i++) {
        const tokens = Array.from({ length: 2 + Math.floor(random() * 4) }, () => table.token(Math.floor(random() * table.size)));
        const bytes = Buffer.concat(tokens);
        assert.equal(merger.count(bytes, 0, bytes.length), asDefined(bytes, ranks), bytes.toString('hex'));
      }
    });

    it('finds every token by its bytes, and only by them', () => {
      for (let rank = 0; rank < table.size; rank += 97) {
        const token = table.token(rank);
        if (token.length === 0) continue;
        assert.equal(merger.count(token, 0, token.length) === 1, asDefined(token, ranks) === 1);
      }
    });
  });
}
