/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A JPEG's size may stand behind a thumbnail and colour profile; beyond this it is not looked for. Bytes. */
const headerBytes = 192 * 1024;

/** The size of a base64-encoded PNG, JPEG, GIF or WebP, from its first bytes; `undefined` where they do not tell. */
export function imageSizeOfBase64(data: string): ImageSize | undefined {
  // Most formats tell within the first bytes, so that megabytes are not decoded for nothing.
  const start = Buffer.from(data.slice(0, 64), 'base64');
  return imageSize(start[0] === 0xff ? Buffer.from(data.slice(0, Math.ceil(headerBytes / 3) * 4), 'base64') : start);
}

/** The same for a `data:` URL; other URLs are never fetched. */
export function imageSizeOfUrl(url: string): ImageSize | undefined {
  const data = url.startsWith('data:') ? url.indexOf(';base64,') : -1;
  return data < 0 ? undefined : imageSizeOfBase64(url.slice(data + 8, data + 8 + Math.ceil(headerBytes / 3) * 4));
}

export function imageSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47) return sized(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
  if (bytes.length >= 10 && bytes.toString('latin1', 0, 4) === 'GIF8') return sized(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
  if (bytes.length >= 30 && bytes.toString('latin1', 8, 12) === 'WEBP') return webpSize(bytes);
  if (bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8) return jpegSize(bytes);
  return undefined;
}

function webpSize(bytes: Buffer): ImageSize | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return sized(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8 ':
      return sized(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
    default:
      return undefined;
  }
}

/** Walks a JPEG's segments to the frame header. */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return sized(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function sized(width: number, height: number): ImageSize | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}
