import { expect, test } from 'vitest';
import { buildSheet } from './build-xlsx.ts';
import { rowsIn } from './reading.ts';

async function read(value: string, style: number | string) {
  const [row] = await rowsIn(
    buildSheet(`<row r="1"><c r="A1" s="1"><v>${value}</v></c></row>`, { styles: [0, style] }),
  );
  return { text: row?.cells[0], type: row?.types, shown: row?.shown?.get(0), fault: row?.faults?.[0]?.code };
}

test.each([
  { value: '2.8799999999999999', text: '2.8799999999999999' },
  { value: '1.2E-3', text: '0.0012' },
  { value: '1.2345E+5', text: '123450' },
  { value: '-4.5', text: '-4.5' },
  { value: '0.30000000000000004', text: '0.30000000000000004' },
  { value: '1E+20', text: '100000000000000000000' },
  { value: '7.50', text: '7.5' },
])('$value stays exact and plain', async ({ value, text }) => {
  expect(await read(value, 0)).toEqual({ text, type: 'n', shown: undefined, fault: undefined });
});

test.each([
  { style: 14, text: '2025-01-31' },
  { style: 22, text: '2025-01-31' },
  { style: 27, text: '2025-01' },
  { style: 31, text: '2025-01-31' },
  { style: 57, text: '2025-01' },
  { style: 17, text: '2025-01' },
  { style: 'yyyy"年"m"月"', text: '2025-01' },
  { style: '[$-804]yyyy"年"m"月"d"日";@', text: '2025-01-31' },
  { style: 'yyyy\\-mm\\-dd', text: '2025-01-31' },
  { style: 'yyyy"年度 day"', text: '2025' },
  { style: '[Red]yyyy/m/d', text: '2025-01-31' },
])('45688 under $style is $text', async ({ style, text }) => {
  expect(await read('45688', style)).toEqual({ text, type: 'd', shown: undefined, fault: undefined });
});

test.each([
  { style: '"day "0', why: 'letters in quotes' },
  { style: '0.0_d', why: 'room for a letter' },
  { style: '\\d0', why: 'an escaped letter' },
  { style: '[Red]0', why: 'a colour' },
  { style: '[$-804]0', why: 'a language' },
  { style: 49, why: 'text' },
])('is no date: $why', async ({ style }) => {
  expect(await read('45688', style)).toMatchObject({ text: '45688', type: 'n' });
});

test('a time stands behind its day; m is minutes behind h', async () => {
  expect((await read('45688.979166666664', 'yyyy/m/d h:mm')).text).toBe('2025-01-31 23:30:00');
  expect((await read('0.5', 'h:mm')).text).toBe('12:00:00');
  expect((await read('45688.979166666664', 22)).text).toBe('2025-01-31 23:30:00');
});

test.each(['60', '0.5', '-1', '2958466', '1E+30'])('%s is the number of no day', async (value) => {
  const { text, type, fault } = await read(value, 14);
  expect({ type, fault }).toEqual({ type: 'n', fault: 'DATE_SERIAL' });
  expect(text).toMatch(/^-?[\d.]+$/u);
});

test('percentages are moved in the text, digits that people see are kept', async () => {
  expect((await read('0.26700000000000002', 10)).text).toBe('26.700000000000002%');
  expect((await read('0.267', '0.0%')).text).toBe('26.7%');
  expect((await read('2.5E-2', 9)).text).toBe('2.5%');
  expect(await read('2025.1', '0.00')).toMatchObject({ text: '2025.1', shown: '2025.10' });
  expect(await read('2025.12', '0.00')).toMatchObject({ text: '2025.12', shown: undefined });
});

test('a style of the whole table of styles is not taken for one of cells', async () => {
  expect((await read('0.5', 0)).text).toBe('0.5');
});
