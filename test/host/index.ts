import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What an extension host calls to run the tests beside this file. Rejects when one fails; the results go to the file
 * that `SPEND_METER_RESULTS` names.
 */
export async function run(): Promise<void> {
  // Left to Node (not bundled): older and newer ones answer a `require` of an ES module differently.
  const { default: Mocha } = await import('mocha');
  const { default: SpecAndJson } = await import('../../scripts/lib/mochaReporter.mjs');
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, forbidOnly: true, reporter: SpecAndJson });
  const suite = join(__dirname, 'suite');
  for (const name of readdirSync(suite).sort()) if (name.endsWith('.test.cjs')) mocha.addFile(join(suite, name));
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures > 0 ? reject(new Error(`${failures} tests failed`)) : resolve()));
  });
}
