import { lineOf } from './line-of.ts';
import { type Edit, edit, type RefusedCase } from './refused-case.ts';

const D = 'delivery.yaml';

function at(piece: string, column: number, path: string): string {
  return `${D}:${lineOf(D, piece)}:${column} ${path}`;
}

function change(from: string, to: string): Edit {
  return [D, from, to];
}

export const DELIVERY_CASES: readonly RefusedCase[] = [
  edit(
    'DELIVERY_LIMIT_ORDER',
    change('D1: { blue: "5", yellow: "10"', 'D1: { blue: "5", yellow: "4.9"'),
    at('D1: {', 28, 'limits.D1.yellow'),
    '递增',
  ),
  edit(
    'DELIVERY_LIMIT_ORDER',
    change('D8: { blue: "1", yellow: "3"', 'D8: { blue: "1", yellow: "1.0"'),
    at('D8: {', 28, 'limits.D8.yellow'),
  ),
  edit(
    'DELIVERY_LIMIT_ORDER',
    change('D5: { blue: "1.2", yellow: "1", orange: "0.8"', 'D5: { blue: "1.2", yellow: "1", orange: "1.1"'),
    at('D5: {', 43, 'limits.D5.orange'),
    '递减',
  ),
  edit(
    'DELIVERY_LIMIT_ORDER',
    change('D11: { yellow: "60", orange: "30" }', 'D11: { yellow: "60", red: "61" }'),
    at('D11: {', 29, 'limits.D11.red'),
  ),
  edit('RATIO_FORMAT', change('D4: { blue: "1.2"', 'D4: { blue: "120%"'), at('D4: {', 15, 'limits.D4.blue')),
  edit(
    'RATIO_FORMAT',
    change('points: "0"', 'points: "-1"'),
    at('PROGRESS_BACK: {', 41, 'checks.PROGRESS_BACK.points'),
  ),
  edit(
    'DELIVERY_WEIGHTS',
    change(
      '{ D1: 15, D2: 20, D3: 15, D4: 20, D5: 10, D6: 10, D8: 5, D10: 3, D11: 2 }',
      '{ D1: 0, D2: 0, D3: 0, D4: 0, D5: 0, D6: 0, D8: 0, D10: 0, D11: 0 }',
    ),
    at('weights: {', 1, 'weights'),
  ),
  edit(
    'DELIVERY_HORIZON_TWICE',
    change('{ days: 90, level: blue }', '{ days: 180, level: yellow }'),
    at('{ days: 90', 13, 'horizons[1].days'),
  ),
  ...['13-01', '02-30', '04-31', '00-10', '12-00', '1-1', '12-01T'].map((day) =>
    edit('DELIVERY_WINTER_DAY', change('from: "12-01"', `from: "${day}"`), at('winter: {', 17, 'winter.from'), '12-01'),
  ),
  edit('DELIVERY_WINTER_DAY', change('to: "02-28"', 'to: "2026-02-28"'), at('winter: {', 30, 'winter.to')),
  edit('KEY_MISSING', change('{ days: 30, level: yellow }', '{ days: 30 }'), at('{ days: 30', 5, 'horizons[2].level')),
  edit('KEY_UNKNOWN', change('D3: { yellow: "1"', 'D7: { yellow: "1"'), at('D3: {', 3, 'limits.D7')),
  edit(
    'VALUE_RANGE',
    change('guaranteePercent: 30', 'guaranteePercent: 130'),
    at('guaranteePercent', 19, 'guaranteePercent'),
  ),
];
