/** Texts of many kinds for differential tests, made from a seed: the same seed, the same texts. */

/** Numbers from 0 up to 1, by mulberry32. */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words =
  'the of and to in is that for it was on with as at by from they you were which one all would there their what so up out if about who get make can like time no just him know take people into year good some could them see other than then now look only come its over think also back after use two how our work first well way even new want because any these give day most us'.split(
    ' ',
  );
const code =
  'const let function return export interface readonly Promise async await map filter reduce getElementById XMLHttpRequest userId snake_case_name SCREAMING_CASE camelCase0 x1 i j foo_bar __init__ self.value std::vector<int> &mut fn impl pub struct #include #define @override => -> != === && || ?? ?. /* */ // # TODO {} [] () ; : , .'.split(
    ' ',
  );
const worldly = [
  'Привет мир, как дела',
  'مرحبا بالعالم كيف حالك',
  'שלום עולם',
  'नमस्ते दुनिया',
  'สวัสดีชาวโลก',
  'Γειά σου Κόσμε',
  'Xin chào thế giới',
  'გამარჯობა მსოფლიო',
  'Բարեւ աշխարհ',
  'வணக்கம் உலகம்',
  'ሰላም ልዑል',
  'Ünïcödé çà été naïve Straße ǅ ŉ ſ',
  '안녕하세요 세계',
  'こんにちは世界。カタカナも',
  '你好，世界！今天天气怎么样',
];
const emoji = [
  '😀',
  '👨‍👩‍👧‍👦',
  '🇩🇪',
  '❤️',
  '🏳️‍🌈',
  '👍🏽',
  '🧑🏿‍🚀',
  '☺',
  '✅',
  '→',
  '█',
  '─',
  '│',
  '∑',
  '∀x∈ℝ',
  '𝔘𝔫𝔦',
  '①',
  '½',
  'Ⅷ',
  '²',
];
const lookAlikes = [
  '<|endoftext|>',
  '<|endofprompt|>',
  '<|fim_prefix|>',
  '<|im_start|>',
  '<|',
  '|>',
  '<|endoftext',
  '<s>',
  '[INST]',
  '<think>',
];
const contractions = [
  "it's",
  "IT'S",
  "we're",
  "WE'RE",
  "I'll",
  "they'd",
  "don't",
  "I'm",
  "'s",
  "'S",
  "'ſ",
  "x've",
  "'re'",
  "''ll",
  "o'clock",
  "d'être",
  "'",
];
const blanks = [
  ' ',
  '  ',
  '    ',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  '\t',
  '\t\t',
  ' \n',
  '\n  ',
  '\u00a0',
  '\u3000',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u200b',
  '\v',
  '\f',
];
const units = [
  'a',
  'b',
  'A',
  'B',
  'Z',
  'z',
  'é',
  'e\u0301',
  '\u0301',
  '\u0300\u0301',
  'ʰ',
  'ß',
  'Я',
  'я',
  '中',
  '文',
  'の',
  '1',
  '12',
  '٣',
  '/',
  '!',
  '"',
  '_',
  '-',
  '=',
  '.',
  '\\',
  '\0',
  '\x7f',
  '\x1b[31m',
];
const loneSurrogates = ['\ud800', '\udc00', '\udfff', '\ud83d', '\ude00', '\ud83d\ud83d\ude00'];

type Maker = (random: Random) => string;

const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random() * from.length)] as T;
const some = (most: number, random: Random, one: Maker, between = ''): string =>
  Array.from({ length: 1 + Math.floor(random() * most) }, () => one(random)).join(between);
const charsOf =
  (alphabet: string): Maker =>
  (random) =>
    alphabet[Math.floor(random() * alphabet.length)] as string;
const anyCodePoint: Maker = (random) => String.fromCodePoint(Math.floor(random() ** 3 * 0x10ffff));

/** Each makes one short text of its kind. */
export const kinds: Readonly<Record<string, Maker>> = {
  prose: (r) =>
    some(30, r, (q) => (q() < 0.15 ? pick(words, q).toUpperCase() : pick(words, q)), ' ') +
    pick(['.', '!', '?', ';', '…', '—'], r),
  code: (r) => some(25, r, (q) => pick(code, q) + pick(['', ' ', '(', ')', ';\n', '\n  ', '.'], q)),
  json: (r) =>
    JSON.stringify(
      { [pick(words, r)]: [r(), Math.floor(r() * 1e9), pick(words, r), null, { [pick(code, r)]: pick(worldly, r) }] },
      null,
      r() < 0.5 ? 2 : 0,
    ),
  worldly: (r) => some(4, r, (q) => pick(worldly, q), ' '),
  cjk: (r) =>
    some(40, r, (q) =>
      q() < 0.08 ? pick(['，', '。', '、', '「', '」'], q) : String.fromCharCode(0x4e00 + Math.floor(q() ** 2 * 6000)),
    ),
  emoji: (r) => some(12, r, (q) => pick(emoji, q) + (q() < 0.3 ? ' ' : '')),
  base64: (r) =>
    some(60, r, charsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) + pick(['', '=', '=='], r),
  hex: (r) => some(64, r, charsOf('0123456789abcdef')),
  letters: (r) => some(60, r, charsOf('abcdefghijklmnopqrstuvwxyz')),
  twoLetters: (r) => some(80, r, charsOf('ab')),
  mixedCase: (r) => some(40, r, charsOf('aAbBcCXyZ')),
  run: (r) => pick([...units, '=', '-', '*', '#', ' ', '\n'], r).repeat(1 + Math.floor(r() * 300)),
  blanks: (r) => some(12, r, (q) => (q() < 0.3 ? pick(units, q) : pick(blanks, q))),
  contractions: (r) => some(8, r, (q) => pick(contractions, q) + pick(['', ' ', 'x'], q)),
  lookAlikes: (r) => some(6, r, (q) => pick(lookAlikes, q) + pick(['', ' ', 'a'], q)),
  surrogates: (r) => some(10, r, (q) => (q() < 0.5 ? pick(loneSurrogates, q) : pick(units, q))),
  units: (r) => some(30, r, (q) => pick(units, q)),
  anything: (r) => some(20, r, anyCodePoint),
  decomposed: (r) => some(3, r, (q) => pick(worldly, q), ' ').normalize('NFD'),
  numbers: (r) => some(12, r, (q) => String(q() * 10 ** Math.floor(q() * 12)) + pick([' ', ',', '', '%', '٣٤', '一'], q)),
};

const makers = Object.values(kinds);

/** A text of one kind, or of several joined. */
export function makeText(random: Random): string {
  if (random() < 0.6) return pick(makers, random)(random);
  return some(5, random, (r) => pick(makers, r)(r) + (r() < 0.3 ? pick(blanks, r) : ''));
}
