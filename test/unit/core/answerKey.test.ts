import assert from 'node:assert/strict';
import { answerKeys, isUnique } from '../../../src/core/answerKey.ts';

describe('keys of answers', () => {
  it('take the ids of real providers as they are', () => {
    for (const id of [
      'msg_01XFDUDYJgAACzvnptvVoYEL',
      'msg_bdrk_01XFDUDYJgAACzvnptvVoYEL',
      'msg_vrtx_01XFDUDYJgAACzvnptvVoYEL',
      'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
      'chatcmpl-BxMBsqCjcvOUzjLnynvkgSaqMJKcT',
      'chatcmpl-7f3c9a5e2b1d4c6f8a0e9d7c5b3a1f2e',
      'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
      'mAitaLmkHPPlz7IPvtfUqQ4',
      'gen-1758025045-kAzmMRAhpFRVdFFGnXYt',
      'a3d1008e-4544-40d4-d075-11527e794e4a',
      '04ea926191a14749b7f2c7a48a68abc6',
    ])
      assert.ok(isUnique(id), id);
  });

  it('take no id that other answers have, too', () => {
    for (const id of [
      'chatcmpl-42',
      'resp_999998',
      'chatcmpl-1758025045',
      'chatcmpl-1758025045123456789012',
      'msg_1',
      'chatcmpl-00000000-0000-0000-0000-00000000000a',
      'the-answer-of-this-very-server',
      '',
    ])
      assert.ok(!isUnique(id), id);
    assert.deepEqual(answerKeys('chat', 'chatcmpl-42'), []);
    assert.deepEqual(answerKeys('chat', undefined), []);
  });
});
