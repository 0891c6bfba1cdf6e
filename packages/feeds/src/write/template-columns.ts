import {
  addMonths,
  type ColumnType,
  FEEDS,
  type FeedColumn,
  type FeedName,
  type FeedsSettings,
  type Month,
  monthRange,
  type Region,
} from '@quhua/core';
import { columnNote } from './column-notes.ts';
import { SAMPLE_MARK } from './our-headers.ts';
import type { OutCell, OutValidation } from './sheet-writer.ts';

export type TemplateContext = {
  /** In the order in which they are listed. */
  readonly regions: readonly Region[];
  /** Month to report, the newest that can be chosen. */
  readonly month: Month;
  readonly settings: FeedsSettings;
  readonly jurisdiction: { readonly code: string; readonly name: string };
};

/** One column of the sheet to fill in. */
export type TemplateColumn = {
  readonly header: string;
  readonly meaning: string;
  readonly unit: string;
  readonly required: boolean;
  readonly how: string;
  readonly width: number;
  /** Number format of its cells. */
  readonly format?: string;
  readonly sample: OutCell;
  readonly check?: Pick<OutValidation, 'rule' | 'prompt' | 'error'>;
};

/** Months that can be chosen: the one to report and those before it. */
const MONTHS = 14;
const MOST = 1_000_000_000_000;
const TEXT = '@';
const DAY = 'yyyy-mm-dd';
const UNITS: Partial<Record<ColumnType, string>> = { area: '㎡', land: '㎡', money: '元', percent: '%' };
const UNIT_WORDS: Partial<Record<ColumnType, string>> = { area: '平方米', land: '平方米', money: '元' };
/** Day numbers of spreadsheets: 1990-01-01 and 2099-12-31. */
const FIRST_DAY = 32_874;
const LAST_DAY = 73_050;
const SAMPLE_DAY = 45_961; // 2025-10-31

/** The columns of a feed's template, in the sheet's order. Shapes: the first holds the mark of the sample row. */
export function templateColumns(feed: FeedName, context: TemplateContext, regionRange: string): TemplateColumn[] {
  const { region, shape, columns } = FEEDS[feed];
  const keys = [
    ...(region ? [regionColumn(context.settings, regionRange)] : []),
    ...(shape === 'monthly' ? [monthColumn(context)] : []),
  ];
  const own = columns.map((column) => valueColumn(feed, column, context.settings));
  const [first, ...others] = [...keys, ...own];
  return first === undefined ? [] : [{ ...first, sample: SAMPLE_MARK }, ...others];
}

/** `单位：平方米、套`, or null for a feed without units. */
export function unitLine(feed: FeedName): string | null {
  const { shape, columns } = FEEDS[feed];
  const words = columns.flatMap(({ type }) => {
    return type === 'count' && shape === 'monthly' ? ['套'] : [UNIT_WORDS[type] ?? []].flat();
  });
  return words.length === 0 ? null : `单位：${[...new Set(words)].join('、')}`;
}

function regionColumn({ keyHeaders }: FeedsSettings, formula: string): TemplateColumn {
  return {
    header: headerWord(keyHeaders.region, 'region_name'),
    meaning: '报送单位',
    unit: '',
    required: true,
    how: '从下拉列表中选；名称见“单元”表',
    width: 24,
    format: TEXT,
    sample: SAMPLE_MARK,
    check: {
      rule: { type: 'list', formula },
      prompt: '从列表中选单位；名称见“单元”表',
      error: '不是“单元”表中的单位名称，请从下拉列表中选',
    },
  };
}

function monthColumn({ settings, month }: TemplateContext): TemplateColumn {
  const months = monthRange(addMonths(month, 1 - MONTHS), month).reverse();
  return {
    header: headerWord(settings.keyHeaders.month, 'month'),
    meaning: '数字所属的月份',
    unit: '',
    required: true,
    how: `写作 ${month}`,
    width: 12,
    format: TEXT,
    sample: month,
    check: {
      rule: { type: 'list', values: months },
      prompt: `从列表中选月份，写作 ${month}`,
      error: `月份写作 ${month}，请从下拉列表中选`,
    },
  };
}

function valueColumn(feed: FeedName, column: FeedColumn, settings: FeedsSettings): TemplateColumn {
  const { name, type, required } = column;
  const word = headerWord(settings.feeds[feed].headers[name] ?? [], name);
  const unit = UNITS[type] ?? '';
  const meaning = columnNote(feed, name);
  const fact = factsOf(column);
  return { header: unit === '' ? word : `${word}（${unit}）`, meaning, unit, required: required === true, ...fact };
}

type Facts = Omit<TemplateColumn, 'header' | 'meaning' | 'unit' | 'required'>;

function factsOf(column: FeedColumn): Facts {
  const { type, signed } = column;
  const least = signed === true ? -MOST : 0;
  const notBelow = signed === true ? '可为负' : '不小于 0';
  switch (type) {
    case 'area':
    case 'money': {
      const how = type === 'area' ? `平方米，至多两位小数，${notBelow}` : `元，至多两位小数，${notBelow}`;
      const sample = type === 'area' ? 12_345.67 : 1_234_567.89;
      return { how, width: 18, format: '#,##0.00', sample, check: figure('decimal', [least, MOST], how) };
    }
    case 'land':
      return figures('整平方米，不小于 0', 'whole', 20_000);
    case 'count':
      return figures('整数，不小于 0', 'whole', 120);
    case 'percent': {
      // no format: a spreadsheet shows a typed 95% as such only in a cell that has none
      const how = '0 到 100 的数，62.5 即 62.5%';
      return { how, width: 14, sample: 62.5, check: figure('decimal', [0, 100], how) };
    }
    case 'day': {
      const how = '日期，写作 2025-10-31';
      return { how, width: 14, format: DAY, sample: SAMPLE_DAY, check: figure('date', [FIRST_DAY, LAST_DAY], how) };
    }
    case 'flag':
      return choice(['是', '否'], '否');
    case 'kind': {
      const kinds = Object.values(column.kinds ?? {}).map(([word = '']) => word);
      return choice(kinds, kinds[0] ?? '');
    }
    case 'text':
      return { how: '文字，照实填写', width: 22, format: TEXT, sample: `示例${column.title}` };
  }
}

function figures(how: string, type: 'whole', sample: number): Facts {
  return { how, width: 14, format: '#,##0', sample, check: figure(type, [0, MOST], how) };
}

function choice(values: readonly string[], sample: string): Facts {
  const how = `从下拉列表中选：${values.join('、')}`;
  return { how, width: 14, format: TEXT, sample, check: { rule: { type: 'list', values }, prompt: how, error: how } };
}

function figure(type: 'decimal' | 'whole' | 'date', [from, to]: readonly [number, number], how: string) {
  const empty = type === 'date' ? '没有的空着' : '没有填的空着，不要填 0；确实为零才填 0';
  return { rule: { type, from, to }, prompt: `${how}。${empty}`, error: `请填${how}` } as const;
}

/** The first word that is a header by itself: not one of two rows, and without brackets, which are the unit's. */
function headerWord(words: readonly string[], canonical: string): string {
  return words.find((word) => !/[>（(]/u.test(word)) ?? canonical;
}
