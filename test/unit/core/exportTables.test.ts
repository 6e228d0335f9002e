import assert from 'node:assert/strict';
import { exportTables, type TableToExport } from '../../../src/core/exportTables.ts';

const tables: readonly TableToExport[] = [
  {
    caption: 'By mode',
    columns: ['mode', 'USD', 'tokens'],
    rows: [
      ['code', '0.42', 1200],
      ['a,"b"', '-0.000000000001', null],
    ],
  },
  { caption: 'By | agent', columns: ['agent'], rows: [['=1+1'], ['-evil'], ['two\nlines']] },
];

describe('exports', () => {
  it('are CSV as spreadsheets read it, with nothing that one would run', () => {
    assert.equal(
      exportTables(tables, 'csv'),
      [
        'By mode',
        'mode,USD,tokens',
        'code,0.42,1200',
        '"a,""b""",-0.000000000001,',
        '',
        'By | agent',
        'agent',
        "'=1+1",
        "'-evil",
        '"two\nlines"',
        '',
      ].join('\r\n'),
    );
  });

  it('are JSON with exact amounts', () => {
    assert.deepEqual(JSON.parse(exportTables(tables, 'json'))[0], {
      caption: 'By mode',
      rows: [
        { mode: 'code', USD: '0.42', tokens: 1200 },
        { mode: 'a,"b"', USD: '-0.000000000001', tokens: null },
      ],
    });
  });

  it('are Markdown tables whose cells are nothing but text', () => {
    const text = exportTables(tables, 'markdown');
    assert.match(text, /^### By mode\n\n\| mode \| USD \| tokens \|\n\| --- \| ---: \| ---: \|\n\| code \| 0\.42 \| 1200 \|\n/);
    assert.match(text, /### By \\\| agent/);
    assert.match(text, /\| two lines \|/);
    assert.match(
      exportTables([{ caption: 'x', columns: ['a'], rows: [['[l](http://x) `c` <b>']] }], 'markdown'),
      /\\\[l\\\]\(http:\/\/x\) \\`c\\` \\<b\\>/,
    );
  });
});
