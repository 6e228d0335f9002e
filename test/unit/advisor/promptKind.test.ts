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
      'Could you write a concise commit message, please?',
      '为这些改动写一个提交信息',
    ],
  ],
  ['title', ['Generate a title for this conversation', 'Suggest a short title for this PR', '请生成对话标题']],
  ['summary', ['Summarize this conversation', 'Condense the conversation so far', '总结一下这次对话']],
  [
    'explain',
    [
      'Explain this function',
      'please explain this function to me',
      'what does `parse(x)` do?',
      'Tell me how this function works',
      '这个函数是做什么的？',
      '请解释一下这个正则表达式的含义',
      'what does this regex do?',
      '解释一下这段代码',
      'Explain what the selected line means',
    ],
  ],
  ['rename', ['Rename foo to bar', 'rename the variable `userId` to `accountId` in src/user.ts', '把 count 重命名为 total']],
  ['typo', ['Fix the typo in README.md', 'Correct spelling mistakes in this comment', '修正一下这里的拼写']],
  ['format', ['Format this file', 'sort the imports in src/index.ts', 'Reformat the selection', '格式化这个文件']],
  ['translate', ['Translate this comment to English', '把这段注释翻译成英文']],
  [
    'search',
    [
      'Where is parseConfig defined?',
      'List all the places where parseConfig is called',
      'parseConfig 在哪里定义',
      '帮我找一下哪里调用了这个函数',
      'Find all usages of `Budget`',
      '查找 parseConfig 的定义',
    ],
  ],
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
  // Begins like simple work, and goes on.
  'Describe the file upload feature we need and build it',
  'Describe the class hierarchy you would use for a distributed job scheduler and set it up',
  'Find where the server hangs under load',
  'Find where memory grows without bound',
  'Find where the total is wrong and correct it',
  'find all the places that use the old API and replace them with the new one',
  'List all the places we could speed up, and do it',
  'Walk me through the file system design for a distributed store, and put it in place',
  'Explain this proof of the consensus protocol',
  'Explain how this allocator leads to use after free',
  'explain this code to me, and make it faster',
  'Explain this, then fix it',
  'What is this stack trace telling us',
  'Rename src to lib',
  'Rename users to accounts in schema.sql',
  'summarize the discussion and decide which design we take',
  'Condense the session into a plan of the remaining work',
  'Fix any grammar errors in the parser',
  'correct the grammar in src/grammar.y',
  'translate this function to Rust',
  'translate this string to regex',
  'Write a commit message and commit',
  'Write a commit message for these changes and push to main',
  'make a commit message parser for conventional commits',
  'Write a commit message parser',
  'Tell me the command to deploy this to production',
  'Tell me how this file could be made thread safe',
  'Explain the query plan and rework the index',
  'Explain the following requirements: the service must handle 10k rps',
  '解释这个函数并且优化它',
  '解释这个函数的时间复杂度，顺便改成线性',
  '帮我找一下哪里调用了这个函数并全部删掉',
  'Show the definition of done for this epic and carry it out',
  'Show me all usages of eval and eliminate them',
  'What are these numbers? make the sum come out right',
  'describe the function you would put here and put it here',
  'explain the file format and produce a reader for it',
  'Explain this function. Now make it async',
  'Explain this function; inline it',
  'explain the code we need for retries',
  'Explain this function to the team by writing a design document',
  'what does this function need to be correct',
  'Find the callers of save that forget to await',
  'Find usages of the old client without timeouts',
  'Where is the deadlock',
  'Write a commit message generator',
  'Write a commit message hook',
  'Generate a title for this page component',
  'Summarize the diff of the last release for the customers in a web page',
  'Rename foo to bar in migrations/0004.py',
  'Format the disk',
  'format the output of the CLI as a table',
  'sort the imports by how often they change',
  'fix the typo that breaks the build',
  'Translate this comment to English, then apply it',
  'Change the port in src/a.ts and restart everything',
  '总结一下这次对话然后继续实现',
  '把 count 重命名为 total 并更新所有调用',
  '解释一下这段代码为什么会死锁',
  '这个函数是做什么的？顺便重构',
  '格式化这个文件，再修复测试',
  '查找内存泄漏的位置',
  '写一个提交信息并推送',
  '把这个函数翻译成 Rust',
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
