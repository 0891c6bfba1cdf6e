import { expect, test } from 'vitest';
import { formatFault, readConfig, readMapping } from '../src/index.ts';
import { changed, copyGood } from './good.ts';

test('a saved mapping is read as it is written', () => {
  using copy = copyGood();
  const entry =
    'name: 月报, match: { file: "喀什*.xlsx" }, feed: sales, header: { from: 3, to: 4 }, month: { fixed: 2025-10 }';
  const columns = 'areaUnit: wan-sqm, percentScale: fraction, columns: { 网签>面积: signed_area, C: null }';
  copy.write('feeds.yaml', changed('feeds.yaml', 'mappings: []', `mappings: [{ ${entry}, ${columns} }]`));
  const { config, faults } = readConfig(copy.dir);
  expect(faults).toEqual([]);
  expect(config?.feeds.mappings).toEqual([
    {
      name: '月报',
      match: { file: '喀什*.xlsx' },
      feed: 'sales',
      header: { from: 3, to: 4 },
      month: { fixed: '2025-10' },
      areaUnit: 'wan-sqm',
      percentScale: 'fraction',
      columns: { '网签>面积': 'signed_area', C: null },
    },
  ]);
  expect(config?.feeds.totals).toBe('hold');
});

test('a mapping in a file of its own needs neither name nor match, and every fault of it has its place', () => {
  expect(readMapping('喀什.yaml', 'month: { from: sheet }\n')).toEqual({
    mapping: { name: '喀什.yaml', match: {}, month: { from: 'sheet' } },
    faults: [],
  });
  const { mapping, faults } = readMapping(
    '喀什.yaml',
    'header: { from: 4, to: 3 }\ncolumns: { C: sold }\nfed: sales\n',
  );
  expect(mapping).toBeNull();
  expect(faults.map((fault) => formatFault(fault).split(': ')[0])).toEqual([
    '喀什.yaml:1:1 header',
    '喀什.yaml:2:15 columns.C',
    '喀什.yaml:3:1 fed',
  ]);
});
