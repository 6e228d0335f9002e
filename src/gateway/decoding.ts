import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** A decompressor fed with a copy of what passes. */
export interface Decoding {
  write(bytes: Buffer): void;
  /** Resolves when everything written has been read, also where the compressed data is torn. */
  end(): Promise<void>;
}

/** `undefined` for an encoding this Node cannot read (zstd needs 22.15). */
export function decodingOf(encoding: string, read: (bytes: Buffer) => void): Decoding | undefined {
  const stream = decompressor(encoding.trim().toLowerCase());
  if (!stream) return undefined;
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  // Torn data ends the copy; what was readable has been read, and the answer itself passes as it is.
  stream.on('error', () => stream.destroy());
  stream.on('data', read);
  return {
    write: (bytes) => {
      if (!stream.destroyed) stream.write(bytes);
    },
    end: () => {
      if (!stream.destroyed) stream.end();
      return closed;
    },
  };
}

function decompressor(encoding: string): Transform | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'deflate':
      return zlib.createInflate();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
      return typeof zlib.createZstdDecompress === 'function' ? zlib.createZstdDecompress() : undefined;
    default:
      return undefined;
  }
}
