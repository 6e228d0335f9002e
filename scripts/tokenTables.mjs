// Builds the compact rank tables that src/tokens/ counts with, from the encoders of the `tiktoken` package.
//
// Format of <encoding>.bin: for every rank from 0 upwards one length byte, then that many bytes of the token;
// length 0 = no token has this rank. o200k_base: 1.6 MB for 199,998 tokens, about 1 MB deflated.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const tokenTables = ['o200k_base', 'cl100k_base'];

/**
 * Writes `o200k_base.bin` and `cl100k_base.bin` into `outDir`, which is made if it is not there.
 * Throws when the package's encoder is not of the shape this reads.
 */
export function writeTokenTables(outDir) {
  mkdirSync(outDir, { recursive: true });
  for (const name of tokenTables) writeFileSync(join(outDir, `${name}.bin`), tokenTable(name));
}

/** The table of one encoding as bytes. */
export function tokenTable(name) {
  const encoder = JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`tiktoken/encoders/${name}.json`), 'utf8'));
  /** @type {Buffer[]} tokens by rank, with holes */
  const tokens = [];
  for (const line of encoder.bpe_ranks.split('\n')) {
    // "! <first rank> <base64 token> <base64 token> …"
    const [mark, first, ...rest] = line.split(' ');
    if (mark === '') continue;
    if (mark !== '!' || !/^\d+$/.test(first ?? '')) throw new Error(`${name}: unknown form of rank line: ${line.slice(0, 40)}`);
    rest.forEach((token, i) => {
      tokens[Number(first) + i] = Buffer.from(token, 'base64');
    });
  }
  if (tokens.length < 256) throw new Error(`${name}: only ${tokens.length} ranks`);
  const parts = [];
  for (let rank = 0; rank < tokens.length; rank++) {
    const token = tokens[rank] ?? Buffer.alloc(0);
    if (token.length > 255) throw new Error(`${name}: token ${rank} is ${token.length} bytes long`);
    parts.push(Buffer.of(token.length), token);
  }
  return Buffer.concat(parts);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outDir = fileURLToPath(new URL('../dist/tokens', import.meta.url));
  writeTokenTables(outDir);
  process.stdout.write(`token tables written to ${outDir}\n`);
}
