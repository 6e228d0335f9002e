import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../../src/cli/command.ts';
import { main } from '../../../src/cli/report.ts';
import { parseReportOptions } from '../../../src/cli/reportOptions.ts';
import { Rig } from '../service/rig.ts';
import { claudeFile, claudeLine, write } from '../sessions/support.ts';

const homes = fileURLToPath(new URL('../../fixtures/homes/', import.meta.url));

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(...args: string[]) {
  const [stdout, stderr] = [new Text(), new Text()];
  const status = await main(args, {
    stdin: (async function* () {})(),
    stdout,
    stderr,
    env: {},
    home: '/nowhere',
    now: () => 0,
    signal: new AbortController().signal,
  });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

const json = async (...args: string[]) => JSON.parse((await run('--json', '--no-ledger', ...args)).stdout);

describe('report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spend-meter-'));
  const prices = join(folder, 'prices.json');
  const zone = process.env.TZ;
  before(() => {
    process.env.TZ = 'UTC';
    writeFileSync(
      prices,
      JSON.stringify([
        { match: 'gpt-5', input: '2', output: '10', cacheRead: '0.5' },
        { match: 'gpt-5-codex', input: '1', output: '8', cacheRead: '0.1' },
        { match: 'nothing-else', free: true },
      ]),
    );
  });
  after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    rmSync(folder, { recursive: true });
  });

  it('sums a home by day, model and agent, each request once, to the last digit', async () => {
    const { totals, rows } = await json('--home', join(homes, 'codex-0.63'), '--prices', prices);
    // gpt-5-codex: 10,000 in at 1, 400 out at 8. gpt-5: 2,016 at 2, 9,984 read at 0.5, 600 out at 10.
    assert.deepEqual(
      rows.map((row: Record<string, unknown>) => [
        row.day,
        row.model,
        row.agent,
        row.requests,
        row.uncachedInput,
        row.cacheRead,
        row.output,
        row.reasoning,
      ]),
      [
        ['2026-04-05', 'gpt-5', 'codex', 1, 2016, 9984, 600, 256],
        ['2026-04-05', 'gpt-5-codex', 'codex', 1, 10000, 0, 400, 128],
        ['2026-04-05', 'gpt-5-mini', 'codex', 1, 984, 2016, 100, 16],
      ],
    );
    assert.deepEqual([rows[0].usd, rows[1].usd], ['0.015024', '0.0132']);
    assert.equal(totals.requests, 3);
    assert.equal(totals.output, 1100);
  });

  it('keeps real dollars, plan value and what is unknown apart', async () => {
    const { totals } = await json('--home', join(homes, 'codex-0.63'), '--prices', prices);
    assert.equal(totals.billing.plan, totals.usd);
    assert.deepEqual([totals.billing.metered, totals.billing.unknown], ['0', '0']);
    assert.equal(totals.basis.priced, totals.usd);
  });

  it('never takes a model without a price for free', async () => {
    const home = join(folder, 'unpriced');
    const line = {
      type: 'assistant',
      sessionId: 's',
      timestamp: '2026-11-20T10:00:00Z',
      message: { id: 'm1', model: 'a-model-nobody-sells', usage: { input_tokens: 10, output_tokens: 5 } },
    };
    mkdirSync(join(home, '.claude/projects/p'), { recursive: true });
    writeFileSync(join(home, '.claude/projects/p/s.jsonl'), `${JSON.stringify(line)}\n`);
    const { totals, rows } = await json('--home', home);
    assert.deepEqual([totals.usd, totals.unpricedTokens, rows[0].usd], [null, 15, null]);
    assert.match((await run('--home', home)).stdout, /unpriced[\s\S]*15 tokens have no known price/);
  });

  it('groups by what is asked, in that order', async () => {
    const { rows } = await json('--home', join(homes, 'claude-2.1.330'), '--by', 'mode,task');
    assert.deepEqual(
      rows.map((row: Record<string, unknown>) => [row.mode, String(row.task).slice(12, 16), row.requests, row.day]),
      [
        ['', '1111', 1, undefined],
        ['Explore', '1111', 1, undefined],
        ['bypassPermissions', '1111', 1, undefined],
        ['default', '1111', 2, undefined],
        ['default', '2222', 1, undefined],
      ],
    );
  });

  it('takes days as days of the machine and includes the last one', async () => {
    const home = join(homes, 'claude-2.0.50');
    const requests = async (...args: string[]) => (await json('--home', home, ...args)).totals.requests;
    assert.equal(await requests('--since', '2026-03-02', '--until', '2026-03-02'), 3);
    assert.equal(await requests('--since', '2026-03-03'), 0);
    assert.equal(await requests('--until', '2026-03-01'), 0);
    assert.equal(await requests('--since', '2026-03-02T10:01:00Z'), 2);
    assert.deepEqual((await json('--home', home, '--since', '2026-03-03')).totals.usd, '0');
  });

  it('says how far a sum may be off where part of it is our own count', async () => {
    const cut = await json(
      '--home',
      join(homes, 'claude-2.1.330'),
      '--since',
      '2026-11-20T10:05:00Z',
      '--until',
      '2026-11-20T10:10:00Z',
    );
    assert.equal(cut.totals.basis.estimated, cut.totals.usd);
    assert.equal(Number(cut.totals.plusMinusUsd), Number(cut.totals.usd) / 2);
    assert.equal((await json('--home', join(homes, 'claude-third-party'))).totals.plusMinusUsd, '0');
    const table = await run('--home', join(homes, 'claude-2.1.330'));
    assert.match(table.stdout.split('\n').find((line) => line.startsWith('total')) ?? '', / ± \$/);
  });

  it('prints an aligned table with totals, and says what was skipped', async () => {
    const { stdout, stderr, status } = await run('--home', join(homes, 'claude-third-party'), '--by', 'model');
    assert.equal(status, 0);
    const lines = stdout.split('\n');
    assert.match(lines[0] ?? '', /^model +requests +input +cache read +cache write +output +cost$/);
    assert.match(lines.find((line) => line.startsWith('total')) ?? '', /^total +2 +150 +10 +0 +37 /);
    const table = lines.slice(0, lines.indexOf('')).filter((line) => !line.startsWith('─'));
    assert.equal(new Set(table.map((line) => line.length)).size, 1);
    assert.match(stderr, /^skipped 2 × not understood: /);
    assert.equal((await run()).stdout, 'No usage was found.\n');
  });

  it('refuses what it does not understand', async () => {
    for (const args of [['--by', 'colour'], ['--since', 'soon'], ['--until', '2026-13-45'], ['--frobnicate'], ['stray']])
      assert.throws(() => parseReportOptions(args), UsageError, args.join(' '));
    await assert.rejects(run('--prices', join(folder, 'none.json')), UsageError);
    writeFileSync(join(folder, 'bad.json'), '[{"match":"x","input":"cheap"}]');
    await assert.rejects(run('--prices', join(folder, 'bad.json')), UsageError);
  });
});

describe('report with the ledger', function () {
  this.timeout(30_000);
  let rig: Rig;

  beforeEach(async () => {
    rig = await Rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
  });

  async function reported(...args: string[]) {
    const [stdout, stderr] = [new Text(), new Text()];
    const io = {
      stdin: (async function* () {})(),
      stdout,
      stderr,
      env: { SPEND_METER_STATE: dirname(rig.ledgerPath) },
      home: rig.home,
      now: Date.now,
      signal: new AbortController().signal,
    };
    assert.equal(await main(['--json', '--by', 'agent', ...args], io), 0, stderr.text);
    return JSON.parse(stdout.text).totals as { requests: number; usd: string; output: number };
  }

  it('adds what passed the gateway alone to what the files tell, each request once', async () => {
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start({ input_tokens: 1_000 }, 'msg_01XFDUDYJgAACzvnptvVoYEL');
    provider.end(100);
    await (await asked).text();
    await rig.until('the row', async () => (await rig.requests()).some(({ outcome }) => outcome === 'ok'));
    // The agent's own record of it, and one that the meter has not seen; both are read by the report itself, or by the service first.
    write(
      claudeFile(rig.home),
      `${claudeLine('msg_01XFDUDYJgAACzvnptvVoYEL', 100)}\n${claudeLine('msg_01YFDUDYJgAACzvnptvVoYEM', 7)}\n`,
    );
    assert.deepEqual(await reported(), await reported());
    const both = await reported();
    assert.deepEqual([both.requests, both.output], [2, 107]);
    const filesAlone = await reported('--no-ledger');
    assert.deepEqual([filesAlone.requests, filesAlone.output], [2, 107]);
    await rig.until('the service has read it', async () => (await rig.requests()).length === 2);
    assert.deepEqual(await reported(), both);
  });

  it('goes by the user’s own prices and answers, as the meter does', async () => {
    await rig.api('PUT', '/settings', { prices: [{ match: 'claude-sonnet-4-5*', input: 100, output: 0 }] });
    const asked = rig.ask('s1');
    const provider = await rig.provider();
    provider.start({ input_tokens: 1_000 });
    provider.end(100);
    await (await asked).text();
    await rig.until('the row', async () => (await rig.requests()).some(({ outcome }) => outcome === 'ok'));
    assert.equal((await reported()).usd, '0.1');
  });
});
