import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type PromptKind, promptKind } from '../../../src/advisor/promptKind.ts';

const certain: readonly (readonly [PromptKind, readonly string[]])[] = [
  [
    'commit message',
    [
      'Write a commit message for these changes',
      'please generate a short git commit message',
      '帮我写一个提交信息',
      'Draft a conventional commit message for the staged diff',
    ],
  ],
  ['title', ['Generate a title for this conversation', 'Suggest a short title for this PR', '请生成对话标题']],
  ['summary', ['Summarize this conversation', 'Condense the conversation so far', '总结一下这次对话']],
  ['explain', ['Explain this function', 'what does this regex do?', '解释一下这段代码', 'Explain what the selected line means']],
  ['rename', ['Rename foo to bar', 'rename the variable `userId` to `accountId` in src/user.ts', '把 count 重命名为 total']],
  ['typo', ['Fix the typo in README.md', 'Correct spelling mistakes in this comment', '修正一下这里的拼写']],
  ['format', ['Format this file', 'sort the imports in src/index.ts', 'Reformat the selection', '格式化这个文件']],
  ['translate', ['Translate this comment to English', '把这段注释翻译成英文']],
  ['search', ['Where is parseConfig defined?', 'Find all usages of `Budget`', '查找 parseConfig 的定义']],
  ['one-file edit', ['Change the default value of retries to 5 in src/options.ts', 'Remove the unused import from lib/a.py']],
];

/** Words of simple work in requests that are none: what keyword routers are fooled by. */
const others: readonly string[] = [
  'Fix the race in the scheduler',
  'Rename foo to bar across the whole repo',
  'Rename foo to bar and then run the tests',
  'Explain why this test fails and fix it',
  'Write a commit message parser that handles trailers',
  'Add a commit message linter',
  'Format strings are vulnerable to injection; find where and fix them',
  'The title of the page is wrong after navigation',
  'Template rendering raises KeyError when the format is None',
  'Typo in the migration breaks the upgrade: fix it and write a regression test',
  'Explain the architecture of this project',
  'Summarize the failing tests and fix the cause',
  'Find the memory leak',
  'Translate the parser to Rust',
  'Change the timeout in src/a.ts and add tests for it',
  'Implement rename support in the language server',
  'Fix this:\n\n```\nTraceback (most recent call last)\n```',
  'Refactor the formatter',
  '1. Rename a to b\n2. Fix the build',
  '',
  '   ',
  'hi',
];

describe('kinds of prompts', () => {
  for (const [kind, prompts] of certain) {
    for (const prompt of prompts) it(`${kind}: ${prompt}`, () => assert.equal(promptKind(prompt), kind));
  }

  for (const prompt of others) {
    it(`none: ${JSON.stringify(prompt)}`, () => assert.equal(promptKind(prompt), undefined));
  }

  it('takes no long prompt for a simple one, whatever it begins with', () => {
    assert.equal(promptKind(`Explain this function. ${'It takes a list of numbers. '.repeat(30)}`), undefined);
  });

  it('answers any text, at once', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2_000 }), (text) => promptKind(text) === undefined || text.length <= 1_200));
    // Nothing here may go back over the text again and again: this would take hours.
    for (const piece of ['a ', 'rename ', '`', 'the ', 'git commit ', '请', '. '])
      promptKind(`fix the ${piece.repeat(140)}`.slice(0, 299));
  });
});
