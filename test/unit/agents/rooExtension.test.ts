import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ClineMessage, RooCodeAPI, RooCodeAPIEvents, RooCodeSettings } from '@roo-code/types';
import type { AgentHost, FollowedAgent, OtherExtension } from '../../../src/agents/agentExtension.ts';
import { clineExtension } from '../../../src/agents/cline/extension.ts';
import { rooExtensions } from '../../../src/agents/roo/extension.ts';
import type { Sighting } from '../../../src/core/sighting.ts';
import { sightingsSchema } from '../../../src/protocol/sightings.ts';

type Used = Pick<RooCodeAPI, 'getCurrentTaskStack' | 'getConfiguration' | 'setConfiguration' | 'cancelCurrentTask'>;

/** What Roo exports, as its published types have it. */
class Roo extends EventEmitter<RooCodeAPIEvents> implements Used {
  stack: string[] = [];
  settings: RooCodeSettings = {
    mode: 'architect',
    apiProvider: 'anthropic',
    apiModelId: 'claude-sonnet-4-5-20250929',
    currentApiConfigName: 'mine',
  };
  cancelled = 0;
  getCurrentTaskStack(): string[] {
    return this.stack;
  }
  getConfiguration(): RooCodeSettings {
    return this.settings;
  }
  async setConfiguration(values: RooCodeSettings): Promise<void> {
    this.settings = { ...this.settings, ...values };
  }
  async cancelCurrentTask(): Promise<void> {
    this.cancelled += 1;
  }
  /** A request as it is told: first without counts, then with them. */
  request(taskId: string, ts: number, info: object, action: 'created' | 'updated' = 'updated'): void {
    const message: ClineMessage = { ts, type: 'say', say: 'api_req_started', text: JSON.stringify(info) };
    this.emit('message', { taskId, action, message });
  }
}

const [rooAdapter, , kiloAdapter] = rooExtensions;
const whole = {
  apiProtocol: 'anthropic',
  tokensIn: 21_750,
  tokensOut: 812,
  cacheWrites: 1_200,
  cacheReads: 20_000,
  cost: 0.0227,
};

describe('agents in the editor', () => {
  let roo: Roo;
  let saw: Sighting[];
  let problems: string[];
  let ran: string[];
  let extensions: Record<string, OtherExtension>;
  let looks: (() => boolean)[];
  const followed: FollowedAgent[] = [];

  beforeEach(() => {
    roo = new Roo();
    [saw, problems, ran, looks] = [[], [], [], []];
    extensions = { 'RooVeterinaryInc.roo-cline': { isActive: true, version: '3.52.1', exports: roo } };
  });
  afterEach(() => {
    for (const one of followed.splice(0)) one.dispose();
  });

  function follow(adapter = rooAdapter): FollowedAgent {
    assert.ok(adapter);
    const host: AgentHost = {
      extension: (id) => extensions[id],
      until: (look) => {
        looks.push(look);
        look();
        return { dispose: () => {} };
      },
      run: async (command) => void ran.push(command),
      folders: ['/w'],
      now: () => 1_760_000_009_000,
      saw: (sighting) => saw.push(sighting),
      problem: (what) => problems.push(what),
    };
    const one = adapter.follow(host);
    followed.push(one);
    return one;
  }

  it('tell a request once its answer is over, in the mode and with the model it was sent', () => {
    follow();
    roo.emit('taskCreated', 'a1');
    roo.request('a1', 1_760_000_000_000, { apiProtocol: 'anthropic' }, 'created');
    roo.emit('taskModeSwitched', 'a1', 'code');
    roo.settings = { ...roo.settings, apiModelId: 'claude-haiku-4-5' };
    assert.equal(saw.length, 0);
    roo.request('a1', 1_760_000_000_000, whole);
    const [first] = saw;
    assert.ok(first);
    const { usage, ...rest } = first;
    assert.deepEqual(rest, {
      agent: 'roo-code',
      task: 'roo-code:a1',
      key: 'roo:a1/1760000000000',
      began: 1_760_000_000_000,
      at: 1_760_000_009_000,
      mode: 'architect',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5-20250929',
      outcome: 'ok',
    });
    assert.deepEqual([usage.uncachedInput, usage.cacheRead, usage.cacheWrite5m, usage.output], [550, 20_000, 1_200, 812]);
    roo.request('a1', 1_760_000_005_000, whole);
    assert.deepEqual([saw[1]?.mode, saw[1]?.model], ['code', 'claude-haiku-4-5']);
    assert.ok(sightingsSchema.safeParse({ sightings: saw }).success);
  });

  it('tell who handed over, and what was cancelled', () => {
    follow();
    roo.emit('taskDelegated', 'a1', 'b2');
    roo.request('b2', 1_760_000_000_000, { ...whole, cost: undefined, cancelReason: 'user_cancelled' });
    assert.deepEqual([saw[0]?.parent, saw[0]?.outcome], ['roo-code:a1', 'cut']);
  });

  it('bear nonsense, and are silent after they were let go', () => {
    const one = follow();
    roo.request('a1', 1, { ...whole, tokensIn: -5 });
    roo.emit('message' as never, ...([null] as never));
    assert.deepEqual([saw.length, problems.length], [0, 1]);
    one.dispose();
    roo.request('a1', 2, whole);
    assert.equal(saw.length, 0);
    assert.equal(roo.listenerCount('message'), 0);
  });

  it('cancel the open task of a tree, and nothing of another', async () => {
    const one = follow();
    roo.stack = ['child'];
    assert.equal(await one.stop({ tasks: ['roo-code:else'], isOnly: true }), false);
    assert.equal(roo.cancelled, 0);
    assert.equal(await one.stop({ tasks: ['roo-code:root', 'roo-code:child'], isOnly: false }), true);
    assert.equal(roo.cancelled, 1);
  });

  it('are waited for until they are active', () => {
    extensions = {};
    follow();
    assert.equal(looks[0]?.(), false);
    extensions = { 'RooVeterinaryInc.roo-cline': { isActive: true, version: '3.52.1', exports: roo } };
    assert.equal(looks[0]?.(), true);
    roo.request('a1', 1_760_000_000_000, whole);
    assert.equal(saw.length, 1);
  });

  it('tell Kilo 5 from Kilo 7, which exports nothing', () => {
    extensions = { 'kilocode.kilo-code': { isActive: true, version: '7.7.9', exports: undefined } };
    follow(kiloAdapter);
    assert.deepEqual(problems, []);
    extensions = { 'kilocode.kilo-code': { isActive: true, version: '5.10.4', exports: roo } };
    follow(kiloAdapter);
    roo.request('k', 1_760_000_000_000, whole);
    assert.equal(saw[0]?.task, 'kilo:k');
  });

  it('show the change of a base URL before it is made, and take it back', async () => {
    const { route } = follow();
    assert.ok(route);
    const change = route.plan({ anthropic: 'http://127.0.0.1:1/x/anthropic' });
    assert.deepEqual(change, {
      name: 'anthropicBaseUrl',
      profile: 'mine',
      provider: 'anthropic',
      from: undefined,
      to: 'http://127.0.0.1:1/x/anthropic',
    });
    assert.equal(roo.settings.anthropicBaseUrl, undefined);
    await route.set(change.name, change.to);
    assert.deepEqual(route.current(change.name), { profile: 'mine', value: change.to });
    await route.set(change.name, change.from);
    assert.equal(roo.settings.anthropicBaseUrl, '');
    roo.settings = { ...roo.settings, apiProvider: 'bedrock' };
    assert.equal(route.plan({ anthropic: 'x' }), undefined);
  });

  it('stop Cline only where no other of its tasks can be meant', async () => {
    extensions = { 'saoudrizwan.claude-dev': { isActive: true, version: '4.1.13', exports: {} } };
    const cline = follow(clineExtension);
    assert.equal(await cline.stop({ tasks: ['cline:1'], workspace: '/w', isOnly: false }), false);
    assert.equal(await cline.stop({ tasks: ['cline:1'], workspace: '/other', isOnly: true }), false);
    assert.deepEqual(ran, []);
    assert.equal(await cline.stop({ tasks: ['cline:1'], workspace: '/w', isOnly: true }), true);
    assert.deepEqual(ran, ['cline.plusButtonClicked']);
  });
});
