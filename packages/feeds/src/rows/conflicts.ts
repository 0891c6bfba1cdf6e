import { type FeedValue, formatCentisqm, type RowReason } from '@quhua/core';
import type { Mapping, ValueColumn } from '../mapping.ts';
import { placeText, reasonAt, shown } from '../reasons.ts';
import type { Place } from '../table.ts';
import type { RecordReading } from './check-row.ts';
import { countWord } from './counts.ts';

export type Other = {
  readonly place: Place;
  readonly first: readonly FeedValue[] | undefined;
  readonly mapping: Mapping;
};

/** Said of the record at which two values for one key came to light. */
export function conflictReason(reading: RecordReading, { place, first, mapping }: Other): RowReason {
  const columns = mapping.records[reading.record]?.values ?? [];
  const at = columns.findIndex((_, column) => first?.[column] !== reading.values[column]);
  const column = columns[at];
  const there = placeText(place).zh;
  if (mapping.feed.shape === 'record') return conflict(reading, { place, mapping }, '内容不同');
  const how =
    first === undefined || column === undefined
      ? `${there}有读不出的数字`
      : `${shown(column.header)}这里是${valueText(reading.values[at] ?? null, column)}，${there}是${valueText(first[at] ?? null, column)}`;
  return conflict(reading, { place, mapping }, how);
}

/** Said of an earlier record of the same key. */
export function metBefore(
  reading: RecordReading,
  other: { readonly place: Place; readonly mapping: Mapping },
): RowReason {
  return conflict(reading, other, other.mapping.feed.shape === 'record' ? '内容不同' : '数字不同');
}

function conflict(
  reading: RecordReading,
  { place, mapping }: { place: Place; mapping: Mapping },
  how: string,
): RowReason {
  const other = placeText(place);
  const key = keyName(reading, mapping);
  const zh = `与${other.zh}同为${key.zh}，${how}；都不采用，请确认哪一行正确后重报`;
  const en = `${other.en} says something else of ${key.en}; neither is taken`;
  return reasonAt(reading.row.place, undefined, { code: 'ROW_CONFLICT', zh, en });
}

/** What a record is of, for people. */
function keyName(
  { region, month, record, values }: RecordReading,
  { feed, records }: Mapping,
): { zh: string; en: string } {
  if (feed.shape === 'monthly') return { zh: `${region?.name ?? ''} ${month}`, en: `${region?.code ?? ''} ${month}` };
  const said = (records[record]?.values ?? []).flatMap(({ column, header }, at) =>
    feed.key.includes(column.name) ? [`${header}${shown(String(values[at] ?? ''))}`] : [],
  );
  const own = feed.key.includes('region') && region !== null;
  return {
    zh: [...(own ? [region.name] : []), ...said].join('、'),
    en: [...(own ? [region.code] : []), ...said].join(', '),
  };
}

/** A stored value as people write it. */
export function valueText(value: FeedValue, { column }: ValueColumn): string {
  if (value === null) return '空';
  if (typeof value === 'string') return shown(value);
  switch (column.type) {
    case 'area':
      return `${formatCentisqm(value)}㎡`;
    case 'land':
      return `${value}㎡`;
    case 'money':
      return `${formatCentisqm(value)}元`;
    case 'percent':
      return `${formatCentisqm(value)}%`;
    case 'count':
      return `${value}${countWord(column.name)}`;
    default:
      return String(value);
  }
}
