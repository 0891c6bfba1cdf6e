import { describe, expect, test } from 'vitest';
import { readAll } from './support.ts';

describe('months and units as columns', () => {
  test('months under each measure, the year in the title', async () => {
    const { records, plan } = await readAll([
      {
        grid: [
          ['2025年7—8月商品住房库存', '', '', '', ''],
          ['单位：万平方米', '', '', '', ''],
          ['县市', '批准预售未售面积', '', '现售未售面积', ''],
          ['', '7月', '8月', '7月', '8月'],
          ['喀什市', '54.33', '54.42', '19.27', '19.09'],
          ['疏附县', '6.47', '6.45', '—', '1.90'],
          ['合计', '60.80', '60.87', '19.27', '20.99'],
        ],
        merges: ['A1:E1', 'A3:A4', 'B3:C3', 'D3:E3'],
      },
    ]);
    expect(plan.feed).toBe('inventory');
    expect(records).toEqual([
      '653101 2025-07 presale_unsold_area=543300.00 completed_unsold_area=192700.00',
      '653101 2025-08 presale_unsold_area=544200.00 completed_unsold_area=190900.00',
      '653121 2025-07 presale_unsold_area=64700.00',
      '653121 2025-08 presale_unsold_area=64500.00 completed_unsold_area=19000.00',
    ]);
  });

  test('measures under each month, no merged cells at all', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['县市', '2025年7月', '', '2025年8月', ''],
          ['', '网签面积（㎡）', '撤销面积（㎡）', '网签面积（㎡）', '撤销面积（㎡）'],
          ['喀什市', '100', '1', '200', '2'],
        ],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-07 signed_area=100.00 cancelled_area=1.00',
      '653101 2025-08 signed_area=200.00 cancelled_area=2.00',
    ]);
  });

  test('only months as columns: the title says which figure', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['2025年各县市商品住房网签面积（万㎡）'],
          ['县市', '1月', '2月'],
          ['喀什市', '1.5', '0.25'],
          ['莎车县', '2', '0'],
        ],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-01 signed_area=15000.00 cancelled_area=0.00',
      '653101 2025-02 signed_area=2500.00 cancelled_area=0.00',
      '653125 2025-01 signed_area=20000.00 cancelled_area=0.00',
      '653125 2025-02 signed_area=0.00 cancelled_area=0.00',
    ]);
  });

  test('units of the country as columns, months down the side', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['商品住房网签面积', '', '', '单位：㎡'],
          ['月份', '喀什市', '疏附', '合计'],
          ['2025-01', '100.5', '20', '120.5'],
          ['2025-02', '200', '-', '200'],
        ],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-01 signed_area=100.50 cancelled_area=0.00',
      '653101 2025-02 signed_area=200.00 cancelled_area=0.00',
      '653121 2025-01 signed_area=20.00 cancelled_area=0.00',
    ]);
  });

  test('a sum over the months beside them is not read', async () => {
    const { records, notes } = await readAll([
      {
        grid: [
          ['县市', '2025年1月', '', '2025年2月', '', '1-2月累计', ''],
          [
            '',
            '网签面积（㎡）',
            '撤销面积（㎡）',
            '网签面积（㎡）',
            '撤销面积（㎡）',
            '网签面积（㎡）',
            '撤销面积（㎡）',
          ],
          ['喀什市', '100', '1', '200', '2', '300', '3'],
        ],
        merges: ['A1:A2', 'B1:C1', 'D1:E1', 'F1:G1'],
      },
    ]);
    expect(records).toHaveLength(2);
    expect(notes.map(({ code }) => code)).toContain('HEADER_EXTRA');
  });
});

describe('months outside the rows', () => {
  const month = (title: string, area: string) => [
    [title],
    ['县市', '网签面积（㎡）', '撤销面积（㎡）'],
    ['喀什市', area, '0'],
    ['小计', area, '0'],
  ];

  test('one sheet a month, the year in the file’s name', async () => {
    const sheets = ['1月', '2月'].map((name, at) => ({ name, grid: month('商品住房网签情况', String(100 + at)) }));
    const { records, plan } = await readAll(sheets, { name: '2025年一季度.xlsx' });
    expect(records).toEqual([
      '653101 2025-01 signed_area=100.00 cancelled_area=0.00',
      '653101 2025-02 signed_area=101.00 cancelled_area=0.00',
    ]);
    expect(plan.tables.map(({ month: found }) => found)).toEqual([
      { value: '2025-01', where: '表名' },
      { value: '2025-02', where: '表名' },
    ]);
  });

  test('tables below each other, each with its title', async () => {
    const grid = [...month('2025年1月网签情况', '100'), [''], ...month('2025年2月网签情况', '200')];
    const { records, plan } = await readAll([{ grid }]);
    expect(records).toEqual([
      '653101 2025-01 signed_area=100.00 cancelled_area=0.00',
      '653101 2025-02 signed_area=200.00 cancelled_area=0.00',
    ]);
    expect(plan.tables.map(({ data }) => data)).toEqual([
      { from: 3, to: 5 },
      { from: 8, to: 9 },
    ]);
  });

  test('a line with the month between the rows', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['2025年商品住房网签（单位：㎡）'],
          ['县市', '网签面积', '撤销面积'],
          ['一月', '', ''],
          ['喀什市', '100', '0'],
          ['2月', '', ''],
          ['喀什市', '200', '0'],
        ],
        merges: ['A3:C3', 'A5:C5'],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-01 signed_area=100.00 cancelled_area=0.00',
      '653101 2025-02 signed_area=200.00 cancelled_area=0.00',
    ]);
  });

  test.each([
    ['二〇二五年十月商品住房网签月报', '报表.xlsx', '2025-10'],
    ['商品住房网签月报', '喀什地区202510网签.xlsx', '2025-10'],
    ['统计时点：2025年10月31日', '报表.xlsx', '2025-10'],
    ['填报日期：2025年11月3日', '2025.10网签月报.xlsx', '2025-10'],
  ])('%s in %s is %s', async (title, name, expected) => {
    const { records } = await readAll([{ grid: month(title, '7') }], { name });
    expect(records).toEqual([`653101 ${expected} signed_area=7.00 cancelled_area=0.00`]);
  });

  test('year and month in two columns', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['年份', '月份', '县市', '网签面积（㎡）', '撤销面积（㎡）'],
          ['2025', '3', '喀什市', '7', '0'],
          ['2025年', '十月', '喀什市', '8', '0'],
        ],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-03 signed_area=7.00 cancelled_area=0.00',
      '653101 2025-10 signed_area=8.00 cancelled_area=0.00',
    ]);
  });
});

describe('units of the country outside the rows', () => {
  const own = [
    ['月份', '网签面积（㎡）', '撤销面积（㎡）'],
    ['2025-01', '1', '0'],
    ['2025-02', '2', '0'],
  ];
  const expected = (code: string) => [
    `${code} 2025-01 signed_area=1.00 cancelled_area=0.00`,
    `${code} 2025-02 signed_area=2.00 cancelled_area=0.00`,
  ];

  test('a county reports itself: its name is in the title', async () => {
    const { records } = await readAll([{ grid: [['莎车县2025年商品住房网签'], ...own] }]);
    expect(records).toEqual(expected('653125'));
  });

  test('one sheet a unit, by short name', async () => {
    const { records } = await readAll(['莎车', '疏附'].map((name) => ({ name, grid: own })));
    expect(records).toEqual([...expected('653121'), ...expected('653125')]);
  });

  test('喀什地区 in the title does not name 喀什市', async () => {
    const { records } = await readAll([{ grid: [['喀什地区商品住房网签'], ...own] }], { name: '疏勒县.xlsx' });
    expect(records).toEqual(expected('653122'));
  });
});

describe('headers', () => {
  test('three levels; other kinds of building beside housing are not taken for it', async () => {
    const { records, notes } = await readAll([
      {
        grid: [
          ['县市', '月份', '商品住宅', '', '', '', '商业', ''],
          ['', '', '网签', '', '撤销网签', '', '网签', ''],
          ['', '', '面积（㎡）', '套数（套）', '面积（㎡）', '套数（套）', '面积（㎡）', '套数（套）'],
          ['喀什市', '2025-10', '100', '1', '0', '0', '999', '9'],
        ],
        merges: ['A1:A3', 'B1:B3', 'C1:F1', 'G1:H1', 'C2:D2', 'E2:F2', 'G2:H2'],
      },
    ]);
    expect(records).toEqual(['653101 2025-10 signed_area=100.00 cancelled_area=0.00 signed_units=1 cancelled_units=0']);
    expect(notes.find(({ code }) => code === 'HEADER_EXTRA')?.message).toContain('商业>网签>面积');
  });

  test('a table that begins in column C and row 5', async () => {
    const pad = (cells: string[]) => ['', '', ...cells];
    const { records, rows } = await readAll([
      {
        grid: [
          [''],
          [''],
          [''],
          [''],
          pad(['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）']),
          pad(['喀什市', '2025-10', '5', '1']),
        ],
      },
    ]);
    expect(records).toEqual(['653101 2025-10 signed_area=5.00 cancelled_area=1.00']);
    expect(rows.map(({ line }) => line)).toEqual([6]);
  });

  test('tables side by side', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['2025年10月商品住房网签（单位：㎡）'],
          ['县市', '网签面积', '撤销面积', '', '县市', '网签面积', '撤销面积'],
          ['喀什市', '1', '0', '', '莎车县', '3', '0'],
          ['疏附县', '2', '0', '', '叶城县', '4', '1'],
        ],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-10 signed_area=1.00 cancelled_area=0.00',
      '653121 2025-10 signed_area=2.00 cancelled_area=0.00',
      '653125 2025-10 signed_area=3.00 cancelled_area=0.00',
      '653126 2025-10 signed_area=4.00 cancelled_area=1.00',
    ]);
  });

  test('the header once more on every printed page', async () => {
    const header = ['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）'];
    const { records, ignored } = await readAll([
      { grid: [header, ['喀什市', '2025-10', '1', '0'], header, ['莎车县', '2025-10', '2', '0']] },
    ]);
    expect(records).toHaveLength(2);
    expect(ignored).toContain('Sheet1!3 重复的表头');
  });

  test('a line break, blanks and full-width brackets in a header', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['县　市', '月 份', '网签\n面积（ 万㎡ ）', '撤销面积【㎡】'],
          ['喀什市', '2025-10', '0.5', '7'],
        ],
      },
    ]);
    expect(records).toEqual(['653101 2025-10 signed_area=5000.00 cancelled_area=7.00']);
  });

  test('the figures of the month are read beside those of the year so far', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['县市', '月份', '本月网签面积（㎡）', '累计网签面积（㎡）', '撤销面积（㎡）'],
          ['喀什市', '2025-10', '5', '50', '0'],
        ],
      },
    ]);
    expect(records).toEqual(['653101 2025-10 signed_area=5.00 cancelled_area=0.00']);
  });
});

describe('merged cells, hidden rows, other sheets', () => {
  test('a unit’s name merged over its months is that of each row', async () => {
    const { records } = await readAll([
      {
        grid: [
          ['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）'],
          ['喀什市', '2025-09', '1', '0'],
          ['', '2025-10', '2', '0'],
          ['莎车县', '2025-09', '3', '0'],
        ],
        merges: ['A2:A3'],
      },
    ]);
    expect(records).toEqual([
      '653101 2025-09 signed_area=1.00 cancelled_area=0.00',
      '653101 2025-10 signed_area=2.00 cancelled_area=0.00',
      '653125 2025-09 signed_area=3.00 cancelled_area=0.00',
    ]);
  });

  test('a figure merged over two rows belongs to neither', async () => {
    const { records, ledger } = await readAll([
      {
        grid: [
          ['县市', '月份', '网签面积（㎡）', '撤销面积（㎡）'],
          ['喀什市', '2025-10', '10', '0'],
          ['莎车县', '2025-10', '', '0'],
          ['叶城县', '2025-10', '3', '0'],
        ],
        merges: ['C2:C3'],
      },
    ]);
    expect(records).toEqual(['653126 2025-10 signed_area=3.00 cancelled_area=0.00']);
    expect(ledger.map(({ reasons }) => reasons[0]?.code)).toEqual(['CELL_MERGED', 'CELL_MERGED']);
    expect(ledger[1]?.reasons[0]?.cell).toBe('Sheet1!C3');
  });

  test('hidden rows and columns are read and named; a hidden sheet is not', async () => {
    const grid = [
      ['地区代码', '月份', '网签面积（㎡）', '撤销面积（㎡）'],
      ['653101', '2025-10', '1', '0'],
      ['653121', '2025-10', '2', '0'],
    ];
    const { records, notes, ignored } = await readAll([
      { name: '数据', grid, hiddenRows: [3], hiddenColumns: [0] },
      { name: '旧数据', grid, hidden: true },
    ]);
    expect(records).toHaveLength(2);
    expect(notes.find(({ code }) => code === 'HIDDEN_READ')?.message).toContain('第3行、A列');
    expect(ignored).toContain('旧数据! 隐藏的工作表，里面有同类表格，未读取；如需读取请取消隐藏');
  });

  test('titles, signatures and a total of the whole area are no records', async () => {
    const { records, ignored } = await readAll([
      {
        grid: [
          ['喀什地区商品住房网签月报'],
          ['填报单位：住建局', '', '', '单位：平方米'],
          ['县市', '月份', '网签面积', '撤销面积'],
          ['喀什市', '2025-10', '1.5', '0'],
          ['疏附县', '2025-10', '2', '0'],
          ['喀什地区', '2025-10', '3.5', '0'],
          ['填表人：张三', '', '审核人：李四', '2025年11月5日'],
          ['注：本表按备案日期统计', '', '', ''],
        ],
      },
    ]);
    expect(records).toHaveLength(2);
    expect(ignored).toHaveLength(3);
  });
});
