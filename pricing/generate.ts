/**
 * Writes prices.json from the hand-kept overrides and the catalogues. Development only.
 *
 *   node pricing/generate.ts           merge what is here
 *   node pricing/generate.ts --fetch   read the catalogues anew from their packages first
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchCatalogs } from './fetchCatalogs.ts';
import { bookText, merge } from './merge.ts';
import { bookSchema, catalogSchema, handRowsSchema } from './schema.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

async function read(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, path), 'utf8'));
}

/** The text prices.json has to have. Throws where an ingredient is not in its shape. */
export async function generate(): Promise<string> {
  const book = merge({
    hand: handRowsSchema.parse(await read('overrides.json')),
    piAi: catalogSchema.parse(await read('catalog/pi-ai.json')),
    genaiPrices: catalogSchema.parse(await read('catalog/genai-prices.json')),
    lists: [
      catalogSchema.parse(await read('catalog/cline-llms.json')),
      catalogSchema.parse(await read('catalog/roo-types.json')),
    ],
  });
  bookSchema.parse(book);
  return bookText(book);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--fetch')) await fetchCatalogs(join(folder, 'catalog'));
  await writeFile(join(folder, 'prices.json'), await generate());
}
