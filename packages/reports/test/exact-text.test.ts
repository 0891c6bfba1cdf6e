import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockText, dayText, groupedSqm, hectares, percentText, wholeSqm } from '../src/exact-text.ts';

describe('areas', () => {
  it.each([
    ['0', '0.0000', '0'],
    ['1', '0.0001', '1'],
    ['9999', '0.9999', '9,999'],
    ['12000', '1.2000', '12,000'],
    ['123456789', '12345.6789', '123,456,789'],
    ['-500', '-0.0500', '-500'],
  ])('%s ㎡ is %s 公顷', (text, inHectares, grouped) => {
    expect(hectares(wholeSqm(text))).toBe(inHectares);
    expect(groupedSqm(wholeSqm(text))).toBe(grouped);
  });

  it('lose nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (sqm) => {
        expect(BigInt(hectares(sqm).replace('.', ''))).toBe(sqm);
        expect(BigInt(groupedSqm(sqm).replaceAll(',', ''))).toBe(sqm);
      }),
    );
  });

  it.each(['', '1.5', '1,000', ' 1', '１', '0x10', '1e3'])('%j is refused', (text) => {
    expect(() => wholeSqm(text)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'CERTIFICATE_AREA' }));
  });
});

describe('shares, days and instants', () => {
  it.each([
    ['0.7', '70%'],
    ['1', '100%'],
    ['0', '0%'],
    ['0.05', '5%'],
    ['0.3333', '33.33%'],
    ['0.1000', '10%'],
    ['七成', '七成'],
  ])('a share of %s is %s', (share, text) => {
    expect(percentText(share)).toBe(text);
  });

  it('a day has no leading zeros, and a text that is no day stays', () => {
    expect(dayText('2025-01-05')).toBe('2025年1月5日');
    expect(dayText('见附件')).toBe('见附件');
  });

  it('an instant is told on the clock of the place', () => {
    expect(clockText('2025-11-22T16:05:33.000Z', 'Asia/Shanghai')).toBe('2025-11-23 00:05');
    expect(clockText('2025-11-22T16:05:33.000Z', 'UTC')).toBe('2025-11-22 16:05');
  });
});
