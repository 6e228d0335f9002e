import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sighting } from '../../../src/core/sighting.ts';
import { usage } from '../../../src/core/usage.ts';
import { stopResultSchema } from '../../../src/protocol/api.ts';
import { Rig } from './rig.ts';

const task = 'roo-code:a1';

function sighting(more: Partial<Sighting> = {}): Sighting {
  const began = more.began ?? Date.now();
  return {
    agent: 'roo-code',
    task,
    key: `roo:a1/${began}`,
    began,
    at: began + 500,
    mode: 'architect',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    usage: usage({ uncachedInput: 1_000, output: 100 }),
    outcome: 'ok',
    ...more,
  };
}

describe('what windows tell of agents beside them', function () {
  this.timeout(30_000);
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.start();
  });
  afterEach(() => rig.dispose());

  const tell = (...sightings: readonly Sighting[]) => rig.api('POST', '/sightings', { sightings });
  const roots = () => rig.until('the task', async () => (await rig.tasks()).find(({ id }) => id === task));

  it('becomes a priced row in its mode', async () => {
    assert.equal((await tell(sighting())).status, 200);
    const [row] = await rig.requests(task);
    assert.deepEqual(
      [row?.source, row?.mode, row?.modeKind, row?.usd, row?.basis],
      ['extension', 'architect', 'architect', '0.0045', 'priced'],
    );
  });

  it('is one row with the agent’s own record of the same request', async () => {
    const seen = sighting();
    await tell(seen);
    const folder = join(rig.home, '.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/tasks/a1');
    mkdirSync(folder, { recursive: true });
    const info = { apiProtocol: 'anthropic', tokensIn: 1_000, tokensOut: 100, cacheWrites: 0, cacheReads: 0, cost: 0.0045 };
    const messages = [
      { ts: seen.began - 10, type: 'say', say: 'text', text: 'x' },
      { ts: seen.began, type: 'say', say: 'api_req_started', text: JSON.stringify(info) },
      { ts: seen.began + 60_000, type: 'say', say: 'api_req_started', text: JSON.stringify(info) },
    ];
    writeFileSync(join(folder, 'ui_messages.json'), JSON.stringify(messages));
    const rows = await rig.until('the second request, from the file', async () => {
      const found = await rig.requests(task);
      return found.some(({ source }) => source === 'sessions') && found;
    });
    assert.equal(rows.length, 2);
    assert.equal(rows.find(({ source }) => source === 'extension')?.mode, 'architect');
  });

  it('cannot speak for another agent, nor carry anything but numbers and names', async () => {
    const wrong: readonly object[] = [
      { ...sighting(), agent: 'claude-code' },
      { ...sighting(), task: 'codex:a1' },
      { ...sighting(), parent: 'codex:a1' },
      { ...sighting(), usage: usage({ output: -1 }) },
      { ...sighting(), mode: 'x'.repeat(201) },
    ];
    for (const one of wrong) assert.equal((await rig.api('POST', '/sightings', { sightings: [one] })).status, 400);
    assert.deepEqual(await rig.tasks(), []);
  });

  it('tells whether a stop holds: the window is asked, answers, and what is spent after is told', async () => {
    await tell(sighting());
    await roots();
    const path = `/tasks/${encodeURIComponent(task)}`;
    const { stop } = stopResultSchema.parse(await (await rig.api('POST', `${path}/stop`, {})).json());
    assert.deepEqual([stop?.state, stop?.asked], ['stopping', 'cancel']);
    await rig.api('POST', `${path}/stop-way`, { way: 'cancel', taken: true });
    const began = Date.now() + 1_000;
    await tell(sighting({ began }), sighting({ began: began + 1, task: 'roo-code:b2', parent: task }));
    const [row] = (await rig.state()).stops ?? [];
    assert.deepEqual([row?.task, row?.state, row?.way, row?.paid], [task, 'spending', 'cancel', 2]);
    assert.equal((await rig.api('POST', `${path}/stronger`, {})).status, 409);
    await rig.api('POST', `${path}/resume`, {});
    assert.deepEqual((await rig.state()).stops, []);
  });
});
