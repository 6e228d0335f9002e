import * as zlib from 'node:zlib';

/** A body may unpack to this much; more is a bomb, or nothing that a model takes. Bytes. */
export const largestDecoded = 256 * 1024 * 1024;

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

const unpackers: Readonly<Record<string, Unpack | undefined>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  deflate: inflate,
  // Node ≥ 22.15.
  zstd: typeof zlib.zstdDecompressSync === 'function' ? zlib.zstdDecompressSync : undefined,
};

/**
 * A body without its `content-encoding`s. Throws a `RangeError` when it is larger than `largest` unpacked, and an
 * `Error` when the encoding is not known or the bytes are not in it.
 */
export function decodeBody(bytes: Uint8Array, contentEncoding: string | undefined, largest = largestDecoded): Uint8Array {
  const encodings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  let decoded = bytes;
  for (const name of encodings.reverse()) {
    if (name === '' || name === 'identity') continue;
    const unpack = unpackers[name];
    if (!unpack) throw new Error(`content-encoding ${name} is not known here`);
    decoded = unpack(decoded, { maxOutputLength: largest });
  }
  if (decoded.length > largest) throw new RangeError(`longer than ${largest} bytes`);
  return decoded;
}

/** `deflate` is meant to have a zlib header; some senders leave it out. */
function inflate(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array {
  const isWrapped = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
  return isWrapped ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
}
