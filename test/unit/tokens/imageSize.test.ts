import assert from 'node:assert/strict';
import { imageSize, imageSizeOfBase64, imageSizeOfUrl } from '../../../src/tokens/imageSize.ts';

/** The head of a file of that kind; nothing behind the size is looked at. */
function head(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}

const png = head(40, (b) => {
  b.writeUInt32BE(0x89504e47, 0);
  b.writeUInt32BE(640, 16);
  b.writeUInt32BE(480, 20);
});
const gif = head(40, (b) => {
  b.write('GIF89a', 0, 'latin1');
  b.writeUInt16LE(320, 6);
  b.writeUInt16LE(200, 8);
});
const webp = (kind: string, write: (bytes: Buffer) => void) =>
  head(40, (b) => {
    b.write('RIFF', 0, 'latin1');
    b.write(`WEBP${kind}`, 8, 'latin1');
    write(b);
  });
const jpeg = head(400, (b) => {
  // Start, a comment of 300 bytes, then the frame.
  b.writeUInt16BE(0xffd8, 0);
  b.writeUInt16BE(0xfffe, 2);
  b.writeUInt16BE(300, 4);
  b.writeUInt16BE(0xffc2, 304);
  b.writeUInt16BE(17, 306);
  b.writeUInt16BE(1080, 309);
  b.writeUInt16BE(1920, 311);
});

describe('the size of an image', () => {
  for (const [name, bytes, width, height] of [
    ['PNG', png, 640, 480],
    ['GIF', gif, 320, 200],
    ['JPEG', jpeg, 1920, 1080],
    ['WebP, extended', webp('VP8X', (b) => b.writeUIntLE(799, 24, 3) + b.writeUIntLE(599, 27, 3)), 800, 600],
    ['WebP, lossless', webp('VP8L', (b) => b.writeUInt32LE((99 << 14) | 199, 21)), 200, 100],
    ['WebP, lossy', webp('VP8 ', (b) => b.writeUInt16LE(64, 26) + b.writeUInt16LE(32, 28)), 64, 32],
  ] as const) {
    it(`is read from the head of a ${name}`, () => {
      assert.deepEqual(imageSize(bytes), { width, height });
      assert.deepEqual(imageSizeOfBase64(bytes.toString('base64')), { width, height });
      assert.deepEqual(imageSizeOfUrl(`data:image/x;base64,${bytes.toString('base64')}`), { width, height });
    });
  }

  it('is not guessed', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), jpeg.subarray(0, 100), png.subarray(0, 12)])
      assert.equal(imageSize(bytes), undefined);
    assert.equal(imageSizeOfUrl('https://example.com/a.png'), undefined);
    assert.equal(imageSizeOfUrl('data:text/plain,x'), undefined);
  });
});
