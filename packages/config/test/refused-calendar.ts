import { lineOf } from './line-of.ts';
import { act, type Edit, edit, type RefusedCase } from './refused-case.ts';

const C = 'calendar.yaml';
const Y = 'calendar-2025.yaml';

function at(file: string, piece: string, column: number, path: string): string {
  return `${file}:${lineOf(file, piece)}:${column} ${path}`;
}

function change(from: string, to: string): Edit {
  return [Y, from, to];
}

const QINGMING = '- { name: 清明节, from: 2025-04-04, to: 2025-04-06 }';
const LABOUR = '- { name: 劳动节, from: 2025-05-01, to: 2025-05-05, workdays: [2025-04-27] }';
const labour = (workdays: string) => `- { name: 劳动节, from: 2025-05-01, to: 2025-05-05, workdays: [${workdays}] }`;

export const CALENDAR_CASES: readonly RefusedCase[] = [
  edit('CALENDAR_YEAR', change('year: 2025', 'year: 2026'), at(Y, 'year: 2025', 7, 'year'), '文件名'),
  edit(
    'CALENDAR_DAY',
    change('元旦, from: 2025-01-01', '元旦, from: 2024-12-31, to: 2025-01-01'),
    at(Y, '元旦', 23, 'holidays[0].from'),
    'calendar-2024.yaml',
  ),
  edit(
    'CALENDAR_DAY',
    change(QINGMING, '- { name: 清明节, from: 2025-04-06, to: 2025-04-04 }'),
    at(Y, QINGMING, 40, 'holidays[2].to'),
  ),
  edit('CALENDAR_DAY', change(LABOUR, labour('2026-04-26')), at(Y, LABOUR, 63, 'holidays[3].workdays[0]')),
  edit(
    'CALENDAR_DAY',
    change('    from: 2025-03-29\n', ''),
    `${Y}:${lineOf(Y, '    to: 2025-03-31') - 1}:9 local[0].to`,
    'from',
  ),
  edit(
    'CALENDAR_OVERLAP',
    change(QINGMING, '- { name: 清明节, from: 2025-02-04, to: 2025-02-06 }'),
    at(Y, QINGMING, 24, 'holidays[2].from'),
    '春节',
  ),
  edit(
    'CALENDAR_OVERLAP',
    change('from: 2025-06-06', 'from: 2025-06-02'),
    at(Y, 'from: 2025-06-06', 11, 'local[1].from'),
  ),
  edit(
    'CALENDAR_WORKDAY',
    change(LABOUR, labour('2025-04-28')),
    at(Y, LABOUR, 63, 'holidays[3].workdays[0]'),
    '本来就上班',
  ),
  edit(
    'CALENDAR_WORKDAY',
    change(LABOUR, labour('2025-02-08')),
    at(Y, LABOUR, 63, 'holidays[3].workdays[0]'),
    '已写过',
  ),
  edit('CALENDAR_WORKDAY', change(LABOUR, labour('2025-05-03')), at(Y, LABOUR, 63, 'holidays[3].workdays[0]')),
  edit('CALENDAR_LOCAL', change('- name: 古尔邦节', '- name: 诺鲁孜节'), at(Y, 'local:', 1, 'local'), '古尔邦节'),
  edit(
    'CALENDAR_LOCAL',
    [C, '[肉孜节, 古尔邦节]', '[肉孜节, 古尔邦节, 诺鲁孜节]'],
    [at(Y, 'local:', 1, 'local'), at('calendar-2026.yaml', 'local:', 1, 'local')],
  ),
  edit(
    'CALENDAR_HOURS',
    [C, '{ from: 10:00, to: 14:00 }', '{ from: 14:00, to: 10:00 }'],
    at(C, '{ from: 10:00', 24, 'hours[0].to'),
  ),
  edit(
    'CALENDAR_HOURS',
    [C, '{ from: 16:00, to: 20:00 }', '{ from: 13:30, to: 20:00 }'],
    at(C, '{ from: 16:00', 13, 'hours[1].from'),
  ),
  edit('VALUE_FORMAT', [C, 'from: 16:00', 'from: 4pm'], at(C, '{ from: 16:00', 13, 'hours[1].from'), '时刻'),
  edit('KEY_MISSING', change('元旦, from: 2025-01-01', '元旦'), at(Y, '元旦', 5, 'holidays[0].from')),
  edit('VALUE_FORMAT', change('2025-04-27', '2025-04-31'), at(Y, LABOUR, 63, 'holidays[3].workdays[0]')),
  act('FILE_UNKNOWN', 'calendar-25.yaml:1:1 .', ({ write }) => write('calendar-25.yaml', 'x')),
];
