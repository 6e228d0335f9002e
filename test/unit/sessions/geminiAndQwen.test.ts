import assert from 'node:assert/strict';
import { fixtureHome, removeHomes, scanned, tempHome, write } from './support.ts';

/** Task, kind, model and counts, as the program that wrote the file was served. */
async function told(home: string): Promise<readonly string[]> {
  const taken = await scanned(home);
  return taken
    .rows()
    .map(({ task, kind, model, workspace, usage }) =>
      [
        task.slice(0, task.indexOf(':') + 9),
        kind,
        model,
        workspace,
        usage.uncachedInput,
        usage.cacheRead,
        usage.output,
        usage.reasoning,
      ].join(' '),
    );
}

describe('session files of Gemini CLI and Qwen Code', () => {
  after(removeHomes);

  it('Gemini CLI 0.61: an answer told twice counts once, a resumed session stays one, the tables of messages count nothing', async () => {
    assert.deepEqual(await told(fixtureHome('gemini-cli-0.61')), [
      'gemini-cli:db68c96a work gemini-3.8-flash /w 7859 9751 145 0',
      'gemini-cli:db68c96a work gemini-3.8-flash /w 8381 11581 500 101',
      'gemini-cli:db68c96a work gemini-3.8-flash /w 7410 2101 320 0',
      'gemini-cli:db68c96a work gemini-3.8-flash /w 3101 16298 785 0',
      'gemini-cli:d5ab3532 work gemini-3.1-pro-preview-customtools /w 2726 7488 707 0',
    ]);
    const rows = (await scanned(fixtureHome('gemini-cli-0.61'))).rows();
    assert.equal(new Set(rows.map(({ run }) => run)).size, 3);
  });

  it("Qwen Code 0.24: each answer once, under the provider's id; its memory keeper is told apart", async () => {
    assert.deepEqual(await told(fixtureHome('qwen-code-0.24')), [
      'qwen-code:72bc5e2f work gpt-5.3-codex /w 2404 4332 72 0',
      'qwen-code:72bc5e2f work gpt-5.3-codex /w 6186 3768 498 460',
      'qwen-code:72bc5e2f work gpt-5.3-codex /w 6137 26788 195 0',
      'qwen-code:72bc5e2f work gpt-5.3-codex /w 3030 2547 234 0',
      'qwen-code:5d189cb6 work gpt-5.3-codex /w 4010 22930 694 0',
      'qwen-code:5d189cb6 memory bank gpt-5.3-codex /w 11112 19786 885 0',
    ]);
    const rows = (await scanned(fixtureHome('qwen-code-0.24'))).rows();
    assert.ok(rows.every(({ keys }) => keys.some((key) => key.startsWith('chat:chatcmpl-'))));
  });

  it('counts what makes no sense', async () => {
    const home = tempHome('gemini-cli-0.61');
    write(
      `${home}/.gemini/tmp/x/chats/session-x.jsonl`,
      '{"sessionId":"x","projectHash":"h"}\n{"type":"gemini","id":"a","model":"m","tokens":{"input":-1}}\n',
    );
    assert.deepEqual((await scanned(home)).reasons(), { 'session-x.jsonl: not understood': 1 });
  });
});
