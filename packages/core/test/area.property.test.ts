import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../test/support/seeds.ts';
import {
  AREA_UNITS,
  type AreaUnit,
  formatCentisqm,
  formatWanSqm,
  type NumberReading,
  readArea,
  readDecimal,
} from '../src/area.ts';
import { formatRatio, parseRatio } from '../src/ratio.ts';
import { order } from './oracle/fraction.ts';
import { centisqmIn, readNumber } from './oracle/number.ts';
import { decimal } from './oracle/rules.ts';

/** Mostly what numbers are made of, and what people put between it. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('0', '00', '1', '5', '15', '300', '999', '123', '30') },
  { weight: 3, arbitrary: fc.constantFrom('.', ',', ',000', ',125', '.50', '.333') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '-',
      '+',
      'e3',
      'E',
      ' ',
      '１',
      '．',
      '，',
      '٣',
      '万',
      '㎡',
      '%',
      '_',
      "'",
      '0x',
      '\n',
      '',
    ),
  },
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
  fc
    .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 12 }))
    .map(([sign, digits, places]) => `${sign}${withPoint(digits, places)}`),
  fc.string({ maxLength: 12 }),
);

function withPoint(digits: bigint, places: number): string {
  const padded = digits.toString().padStart(places + 1, '0');
  return places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

const accepted = new Map<string, number>();

function count(reading: NumberReading): void {
  const outcome = 'fault' in reading ? reading.fault : 'value';
  accepted.set(outcome, (accepted.get(outcome) ?? 0) + 1);
}

test('60,000 texts are read exactly as the oracle reads them, or refused for the same reason', () => {
  const unit = fc.constantFrom(...AREA_UNITS);
  fc.assert(
    fc.property(text, unit, fc.boolean(), (given, areaUnit, negative) => {
      const reading = readArea(given, areaUnit, { negative });
      expect(reading).toEqual(readNumber(given, centisqmIn(areaUnit), negative));
      count(reading);
    }),
    runs(40_000),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 6 }), fc.boolean(), (given, scale, negative) => {
      const wanted = readNumber(given, { top: 10n ** BigInt(scale), bottom: 1n }, negative);
      expect(readDecimal(given, { scale, negative })).toEqual(wanted);
    }),
    runs(20_000),
  );
  for (const outcome of ['value', 'NUM_FORMAT', 'NUM_PRECISION', 'NUM_RANGE', 'NUM_NEGATIVE']) {
    expect(accepted.get(outcome) ?? 0).toBeGreaterThan(100);
  }
});

test('what is written is read back as what it was', () => {
  const area = fc.maxSafeInteger();
  fc.assert(
    fc.property(area, (centisqm) => {
      expect(readArea(formatCentisqm(centisqm), 'sqm', { negative: true })).toEqual({ value: centisqm });
      expect(readArea(formatWanSqm(centisqm, 6), 'wan-sqm', { negative: true })).toEqual({ value: centisqm });
      expect(formatCentisqm(BigInt(centisqm))).toBe(formatCentisqm(centisqm));
    }),
    runs(10_000),
  );
});

test('areas in 亩 are exact: 15 of them are a hectare, and what is finer than 0.01 ㎡ is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: 0, max: 6 }), (units, decimals) => {
      const mu = decimal(units, decimals);
      const reading = readArea(mu, 'mu');
      const [top, bottom] = [BigInt(units) * 1_000_000n, 15n * 10n ** BigInt(decimals)];
      expect('value' in reading).toBe(top % bottom === 0n);
      if ('value' in reading) expect(BigInt(reading.value) * bottom).toBe(top);
      const fifteen = decimal(units * 15, decimals);
      expect(readArea(fifteen, 'mu')).toEqual(readArea(mu, 'hectare'));
    }),
    runs(10_000),
  );
});

test('万㎡ for people is within half of its last decimal, and halves go up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 12 }), fc.integer({ min: 0, max: 6 }), (centisqm, decimals) => {
      const shown = formatWanSqm(centisqm, decimals);
      const step = 10n ** BigInt(6 - decimals);
      const steps = BigInt(shown.split('.').join(''));
      const twice = 2n * (steps * step - BigInt(centisqm));
      expect(twice > -step && twice <= step).toBe(true);
      expect(shown.split('.')[1]?.length ?? 0).toBe(decimals);
    }),
    runs(5_000),
  );
});

test('ratios are exact and come back as their shortest text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 12 }), fc.integer({ min: 0, max: 9 }), (units, decimals) => {
      const shortest = decimal(units, decimals);
      const { numerator, denominator } = parseRatio(withPoint(BigInt(units), decimals));
      expect(
        order({ top: numerator, bottom: denominator }, { top: BigInt(units), bottom: 10n ** BigInt(decimals) }),
      ).toBe(0);
      expect(formatRatio({ numerator, denominator })).toBe(shortest);
      expect(formatRatio(parseRatio(shortest))).toBe(shortest);
    }),
    runs(5_000),
  );
});

test.each(AREA_UNITS)('one %s is as many hundredths of a square metre as it should be', (unit: AreaUnit) => {
  const { top, bottom } = centisqmIn(unit);
  expect(readArea(String(3n * bottom), unit)).toEqual({ value: Number(3n * top) });
});
