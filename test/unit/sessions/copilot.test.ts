import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureHome, removeHomes, scanned, tempHome, write } from './support.ts';

describe('the Copilot CLI on disk', () => {
  afterEach(removeHomes);

  it('tells each call with its task, run, mode and the id that the gateway knows it by (1.0.102, run against a stand-in provider)', async () => {
    const taken = await scanned(fixtureHome('copilot-cli-1.0.102'));
    const rows = taken.rows();
    assert.deepEqual(
      rows.map(({ keys, usage }) => [keys[0], usage.uncachedInput, usage.cacheRead, usage.cacheWrite5m, usage.output]),
      [
        ['msg:msg_npq8zylmee6lgwmby7t3x7et', 1495, 29_310, 5836, 69],
        ['msg:msg_50x9v08riv24gtrsgjprgaga', 4730, 7274, 5582, 401],
      ],
    );
    for (const row of rows) {
      assert.equal(row.task, 'copilot:21cd88f6-4fb9-4c6a-bbe9-b1a6d7dc30e5');
      assert.equal(row.run, 'copilot:7fec5eb1-03c3-4635-a20a-878a97879f27');
      assert.deepEqual(row.mode, { kind: 'code', name: 'interactive' });
      assert.deepEqual([row.provider, row.billing, row.workspace], ['anthropic', 'unknown', '/w']);
    }
    assert.deepEqual(taken.reasons(), {});
  });

  it('knows the plan mode from its own event', async () => {
    const rows = (await scanned(fixtureHome('copilot-cli-1.0.102-plan'))).rows();
    assert.deepEqual(new Set(rows.map(({ mode }) => mode?.kind)), new Set(['architect']));
  });

  it('counts a sub-agent of a real run under its session, by its own name', async () => {
    const rows = (await scanned(fixtureHome('copilot-cli-1.0.102-subagent'))).rows();
    const session = 'copilot:4185dd22-59bf-4917-bcfc-1b13d882a650';
    const child = `${session}/6e9dee14-aed4-4dab-b394-f468340603f5`;
    assert.deepEqual(
      rows.map(({ task, parent, mode, usage }) => [task, parent, mode?.name, usage.output]),
      [
        [session, undefined, 'interactive', 69],
        [child, session, 'explore', 401],
        [session, undefined, 'interactive', 276],
      ],
    );
    assert.equal(new Set(rows.map(({ run }) => run)).size, 1, 'a sub-agent belongs to the run that started it');
  });

  it('keys answers of other endpoints as the gateway does', async () => {
    const rows = (await scanned(fixtureHome('copilot-cli-1.0.102-openai'))).rows();
    assert.deepEqual(
      rows.map(({ keys }) => keys[0]),
      ['chat:chatcmpl-pad1npq8zylmee6lgwmby7t3', 'chat:chatcmpl-f9sufoh350x9v08riv24gtrs'],
    );
    assert.deepEqual(
      rows.map(({ usage }) => usage.cacheWrite30m),
      [4224, 1515],
    );
  });

  it('reads the closing sums of versions that tell no calls (1.0.45, run), and calls them an estimate', async () => {
    const [row, ...rest] = (await scanned(fixtureHome('copilot-cli-1.0.45'))).rows();
    assert.ok(row && rest.length === 0);
    const { uncachedInput, cacheRead, cacheWrite5m, output } = row.usage;
    assert.deepEqual([uncachedInput, cacheRead, cacheWrite5m, output], [1495 + 4730, 29_310 + 7274, 5836 + 5582, 69 + 401]);
    assert.equal(row.counted, 'summed');
  });

  const file = (home: string) => join(home, '.copilot/session-state/s/events.jsonl');
  const event = (type: string, data: object, more: object = {}) =>
    `${JSON.stringify({ type, data, id: `e-${type}`, timestamp: '2026-11-20T10:00:00.000Z', parentId: null, ...more })}\n`;
  const call = (sequence: number, more: object = {}) => ({
    usage: {
      model: 'claude-sonnet-4.5',
      inputTokens: 1000,
      outputTokens: 100,
      cacheReadTokens: 600,
      cacheWriteTokens: 0,
      apiEndpoint: '/v1/messages',
      accounting: { sourceSessionId: 's', sequence, usageId: `u${sequence}` },
      ...more,
    },
  });

  it("takes GitHub's own price in AI credits, in the plan", async () => {
    const home = tempHome();
    write(file(home), event('session.usage_record', call(1, { copilotUsage: { totalNanoAiu: 1_234_500_000 } })));
    const [row] = (await scanned(home)).rows();
    assert.deepEqual([row?.reportedUsd, row?.billing, row?.provider], ['0.012345', 'plan', 'github-copilot']);
  });

  it('counts a sub-agent under the session that started it, by its own name', async () => {
    const home = tempHome();
    write(file(home), event('subagent.started', { toolCallId: 't', agentName: 'explore' }, { agentId: 'a1' }));
    appendFileSync(file(home), event('session.usage_record', call(1), { agentId: 'a1' }));
    const [row] = (await scanned(home)).rows();
    assert.deepEqual([row?.task, row?.parent, row?.mode], ['copilot:s/a1', 'copilot:s', { kind: 'ask', name: 'explore' }]);
  });

  it('counts a forked copy once, a compaction as a summary, and nonsense with its reason', async () => {
    const home = tempHome();
    write(file(home), event('session.usage_record', call(1, { interactionType: 'conversation-compaction' })));
    write(
      file(home).replace('/s/', '/fork/'),
      event('session.usage_record', call(1, { interactionType: 'conversation-compaction' })),
    );
    appendFileSync(file(home), event('session.usage_record', call(2, { inputTokens: -4 })));
    appendFileSync(file(home), event('session.usage_record', { usage: {} }));
    const taken = await scanned(home);
    assert.deepEqual(
      taken.rows().map(({ kind }) => kind),
      ['summary'],
    );
    assert.deepEqual(taken.reasons(), { 'events.jsonl: not understood': 2 });
  });
});
