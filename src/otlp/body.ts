import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

const MiB = 1024 * 1024;

/** Bytes, as sent and as decompressed: exporters send batches of at most a few MB. */
export const largestBody = 16 * MiB;
/** What is larger is read and dropped up to here (bytes), so that its sender hears why; then the connection is broken off. */
const drained = 256 * MiB;

/** Why a body was not taken. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly status: 400 | 413 | 415;

  constructor(status: BodyRefused['status'], message: string) {
    super(message);
    this.status = status;
  }
}

const tooLarge = `the body is larger than ${largestBody} bytes; send smaller batches`;
const decompressors = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const;

/** The whole body, decompressed off the event loop. Throws `BodyRefused`. */
export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const bytes = await collected(req);
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return bytes;
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br')
    throw new BodyRefused(415, 'content-encoding: gzip, deflate, br or none');
  try {
    return await decompressors[encoding](bytes, { maxOutputLength: largestBody });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    throw isLarge ? new BodyRefused(413, tooLarge) : new BodyRefused(400, `the body is not ${encoding}`);
  }
}

async function collected(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > drained) break;
    if (size > largestBody) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (size > largestBody) throw new BodyRefused(413, tooLarge);
  return Buffer.concat(chunks);
}
