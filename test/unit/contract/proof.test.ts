import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leftOver, marker } from '../../../scripts/lib/leftOver.mjs';
import { closingLine, readResults, sum } from '../../../scripts/lib/results.mjs';

/** What counts as proof that tests passed: the machinery must not be the thing that hides a failure. */
describe('proof', () => {
  const temp = mkdtempSync(join(tmpdir(), 'spend-meter-proof-'));
  const results = join(temp, 'results.json');
  after(() => rmSync(temp, { recursive: true, force: true }));

  const left = (counts: object): void => writeFileSync(results, JSON.stringify(counts));

  it('is no exit code 0 without results: a crashed host ends like that', () => {
    assert.equal(readResults(join(temp, 'none.json'), 0).failed, 1);
  });

  it('is no empty run', () => {
    left({ passed: 0, failed: 0, skipped: 4 });
    assert.equal(readResults(results, 0).failed, 1);
  });

  it('is no good result with a bad exit code', () => {
    left({ passed: 3, failed: 0, skipped: 0 });
    assert.equal(readResults(results, 71).failed, 1);
    assert.deepEqual(readResults(results, 0), { passed: 3, failed: 0, skipped: 0 });
  });

  it('is summed into one line', () => {
    const total = sum([
      { passed: 2, failed: 0, skipped: 1 },
      { passed: 3, failed: 1, skipped: 0 },
    ]);
    assert.equal(closingLine(total), '5 passed, 1 failed, 1 skipped');
  });

  it('finds what a run left behind, however it was detached', async function () {
    if (process.platform !== 'linux') return this.skip();
    const mark = `proof-${process.pid}`;
    // A parent that ends and leaves a child: what a leaked background process looks like.
    const child =
      "require('child_process').spawn(process.execPath,['-e','setInterval(()=>{},1e3)'],{detached:true,stdio:'ignore'}).unref()";
    const parent = spawn(process.execPath, ['-e', child], { env: { ...process.env, [marker]: mark }, stdio: 'ignore' });
    await new Promise((resolve) => parent.on('exit', resolve));
    const found = await leftOver(mark, 0);
    assert.equal(found.length, 1, found.join('\n'));
    process.kill(Number.parseInt(found[0] ?? '', 10), 'SIGKILL');
    assert.deepEqual(await leftOver(mark), []);
  });
});
