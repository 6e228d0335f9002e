import assert from 'node:assert/strict';
import { EventReader } from '../../../../src/extension/client/events.ts';
import { isOlder } from '../../../../src/extension/client/version.ts';

describe('events of the service', () => {
  const stream = Buffer.from(
    ': \n\nevent: state\ndata: {"name":"计量"}\n\n: \n\nevent: task\ndata: {}\n\nevent: state\ndata: {"cut',
  );

  it('are read whole however the bytes are cut', () => {
    for (let size = 1; size < stream.length; size++) {
      const reader = new EventReader();
      const events = [];
      for (let at = 0; at < stream.length; at += size) events.push(...reader.push(stream.subarray(at, at + size)));
      assert.deepEqual(events, [
        { event: 'state', data: '{"name":"计量"}' },
        { event: 'task', data: '{}' },
      ]);
    }
  });

  it('versions are compared as numbers', () => {
    assert.ok(isOlder('0.9.0', '0.10.0'));
    assert.ok(isOlder('1.0', '1.0.1'));
    assert.ok(!isOlder('1.0.0', '1.0.0-dev'));
    assert.ok(!isOlder('2.0.0', '1.9.9'));
  });
});
