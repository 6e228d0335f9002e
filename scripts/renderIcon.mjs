/** Renders `media/icon.svg` to `media/icon.png` (256 × 256): `node scripts/node.mjs scripts/renderIcon.mjs`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from './host/chromium.mjs';
import { root } from './lib/paths.mjs';

const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
  await page.setContent(
    `<style>body{margin:0}svg{display:block}</style>${readFileSync(join(root, 'media', 'icon.svg'), 'utf8')}`,
  );
  await page.screenshot({ path: join(root, 'media', 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
