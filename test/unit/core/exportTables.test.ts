import assert from 'node:assert/strict';
import { csvOf, exportTables, markdownCell, type TableToExport } from '../../../src/core/exportTables.ts';

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
      /\\\[l\\\]\(http:\u2060\/\/x\) \\`c\\` \\<b\\>/,
    );
  });

  it('are Markdown that tells nobody, links nothing and paints nothing', () => {
    const cell = (text: string): string => markdownCell(text).replaceAll('\u2060', '·');
    assert.equal(cell('@mira and @org/team, a@b.c'), '@·mira and @·org/team, a@·b.c');
    assert.equal(cell('https://a.b and www.a.b'), 'https:·//a.b and www·.a.b');
    assert.equal(cell('#12 GH-12 gh-3 a/b#4'), '\\#·12 GH-·12 gh-·3 a/b\\#·4');
    assert.equal(cell(':tada: :+1: :e_mail: :100:'), ':·tada: :·+1: :·e\\_mail: :·100:');
    assert.equal(cell('2026-03-12T14:32:10.000Z kilo:ses 12:30'), '2026-03-12T14:32:10.000Z kilo:ses 12:30');
  });

  it('are CSV that no spreadsheet runs or parts in another place', () => {
    const cell = (text: string): string => csvOf({ columns: [], rows: [[text]] }).replace(/^\r\n/, '');
    for (const start of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) assert.equal(cell(`${start}A1`), `'${start}A1\r\n`);
    assert.equal(cell(' =A1'), "' =A1\r\n");
    assert.equal(cell('\tA1'), '"\'\tA1"\r\n');
    assert.equal(cell('\rA1'), '"\'\rA1"\r\n');
    assert.equal(cell('a;b'), '"a;b"\r\n');
    assert.equal(cell('-1.5'), '-1.5\r\n');
  });
});
