import { randomFrom } from '../tokens/textMaker.ts';

const openings = [
  'Rename',
  'Format',
  'Explain',
  'Fix the typo that makes',
  'Add a title to',
  'Summarize',
  'Translate',
  'Find why',
  'Commit messages are',
  'Change the default of',
  'Update',
  'Remove',
];
const things = [
  'the template loader',
  'format strings',
  'the rename migration',
  'titles of the index page',
  'the commit hook',
  'the summary table',
  'the search view',
  'translated labels',
  'the comment parser',
  'settings in src/app.py',
];
const troubles = [
  'raises KeyError when the value is None',
  'returns the wrong result for empty input',
  'is slow on large repositories',
  'breaks after the upgrade to 4.2',
  'ignores the locale',
  'loses the last row',
  'should accept a list',
  'is not thread-safe',
  'fails on Windows paths',
  'and update every caller',
];
const ends = [
  '',
  ' Steps to reproduce are below.',
  ' Expected: no error.',
  '\n\n```python\nrun(None)\n```',
  ' It worked in 3.1. Please add a regression test.',
  ' See also the docs.',
];

/** Texts as issues of repositories are, full of the words that keyword routers take for simple work. */
export function issueLike(count: number): string[] {
  const random = randomFrom(2026);
  const one = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  return Array.from({ length: count }, () => `${one(openings)} ${one(things)} ${one(troubles)}.${one(ends)}`);
}
