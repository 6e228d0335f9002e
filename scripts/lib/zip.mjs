import { readFileSync } from 'node:fs';

/**
 * Names and packed sizes of a zip file's entries, read from its central directory (PKWARE APPNOTE 4.3.12, 4.3.16).
 * Throws when it is not a plain (non-zip64) archive.
 *
 * @returns {{ name: string, bytes: number }[]}
 */
export function zipEntries(path) {
  const file = readFileSync(path);
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${path} is not a zip file`);
  const entries = [];
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    if (file.readUInt32LE(at) !== 0x02014b50) throw new Error(`${path}: broken central directory at ${at}`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => file.readUInt16LE(at + offset));
    entries.push({ name: file.toString('utf8', at + 46, at + 46 + nameLength), bytes: file.readUInt32LE(at + 20) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}
