import assert from 'node:assert/strict';
import { auditText, type ShownAudit } from '../../../src/core/auditText.ts';

const entries: readonly ShownAudit[] = [
  { at: 0, what: 'budget', by: 'user', budget: { scope: 'task', usd: '2', action: 'stop' }, reason: '=HYPERLINK("x"), she said' },
  { at: 1_000, what: 'stopped', by: 'budget', task: 'codex:a|b', spentUsd: '0.004217', limit: '0.004 USD per task' },
  { at: 2_000, what: 'budget', by: 'user', budget: { scope: 'day', tokens: null, action: 'warn' } },
];

describe('the audit trail as a document', () => {
  it('is exact for programs, and no cell is a formula', () => {
    assert.equal(
      auditText(entries, 'csv', { locale: 'en' }),
      [
        'at,what,by,task,spentUsd,limit,reason',
        `1970-01-01T00:00:00.000Z,budget,user,,,"2 USD per task, stop","'=HYPERLINK(""x""), she said"`,
        '1970-01-01T00:00:01.000Z,stopped,budget,codex:a|b,0.004217,0.004 USD per task,',
        '1970-01-01T00:00:02.000Z,budget,user,,,"none per day, warn",',
        '',
      ].join('\r\n'),
    );
    assert.deepEqual(JSON.parse(auditText(entries, 'json', { locale: 'en' })), entries);
  });

  it('is a table for people', () => {
    const [head, rule, , second] = auditText(entries, 'markdown', { locale: 'en' }).split('\n');
    assert.equal(head, '| at | what | by | task | spentUsd | limit | reason |');
    assert.equal(rule, '| --- | --- | --- | --- | --- | --- | --- |');
    assert.equal(second, '| 1970-01-01T00:00:01.000Z | stopped | budget | codex:a\\|b | $0.0042 | 0.004 USD per task |  |');
  });
});
