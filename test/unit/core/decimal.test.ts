import assert from 'node:assert/strict';
import fc from 'fast-check';
import { add, compare, type Decimal, decimalOf, format, multiply, parse, scaleDown, toUnits } from '../../../src/core/decimal.ts';

/** Any decimal as written by hand: sign, whole part, fraction. */
const written = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,18}$/))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`);

/** The oracle: a fraction of two whole numbers. */
function fraction(value: Decimal): readonly [bigint, bigint] {
  return [value.units, 10n ** BigInt(value.digits)];
}
function equal([a, b]: readonly [bigint, bigint], [c, d]: readonly [bigint, bigint]): boolean {
  return a * d === c * b;
}

describe('decimal', () => {
  it('reads and writes plain numbers', () => {
    for (const [text, shown] of [
      ['0', '0'],
      ['-0', '0'],
      ['007', '7'],
      ['0.30', '0.3'],
      ['-1.500', '-1.5'],
      ['2.5e-7', '0.00000025'],
      ['1e3', '1000'],
      ['1.25E+1', '12.5'],
    ] as const) {
      assert.equal(format(parse(text)), shown);
    }
  });

  it('refuses what is not a number', () => {
    for (const text of ['', '.', '1.', '.5', '1,5', ' 1', '1 ', 'NaN', 'Infinity', '0x10', '1e', '--1', '1_000']) {
      assert.throws(() => parse(text), RangeError, text);
    }
  });

  it('takes a JSON number as it was written', () => {
    assert.equal(format(decimalOf(0.1 + 0.2)), '0.30000000000000004');
    assert.equal(format(decimalOf(6.5e-7)), '0.00000065');
    assert.equal(format(decimalOf(0.0006)), '0.0006');
    assert.equal(format(decimalOf(1e21)), `1${'0'.repeat(21)}`);
  });

  it('adds and multiplies like fractions', () => {
    fc.assert(
      fc.property(written, written, (left, right) => {
        const [a, b] = [parse(left), parse(right)];
        const [[an, ad], [bn, bd]] = [fraction(a), fraction(b)];
        assert.ok(equal(fraction(add(a, b)), [an * bd + bn * ad, ad * bd]));
        assert.ok(equal(fraction(multiply(a, b)), [an * bn, ad * bd]));
        assert.equal(Math.sign(compare(a, b)), an * bd < bn * ad ? -1 : an * bd > bn * ad ? 1 : 0);
      }),
    );
  });

  it('writes what it reads back', () => {
    fc.assert(
      fc.property(written, (text) => {
        const once = format(parse(text));
        assert.equal(format(parse(once)), once);
        assert.equal(compare(parse(once), parse(text)), 0);
        assert.doesNotMatch(once, /\.\d*0$|^-0$|e/);
      }),
    );
  });

  it('scales down exactly', () => {
    assert.equal(format(scaleDown(parse('37756123'), 10)), '0.0037756123');
  });

  it('rounds to whole units half away from zero', () => {
    assert.equal(toUnits(parse('1.5'), 0), 2n);
    assert.equal(toUnits(parse('-1.5'), 0), -2n);
    assert.equal(toUnits(parse('1.4999'), 0), 1n);
    assert.equal(toUnits(parse('0.0000000000005'), 12), 1n);
    assert.equal(toUnits(parse('3'), 12), 3_000_000_000_000n);
  });
});
