import type { QuotaLine } from '@quhua/core';

/** One line of the account that a decision rests on. Units: whole ㎡ as decimal text. */
export type QuotaLineView = {
  readonly kind: QuotaLine['kind'];
  readonly area: string;
  readonly parcel: string | null;
  readonly date: string | null;
  readonly source: string;
};

export function viewLine({ kind, areaSqm, parcelNo, date, source }: QuotaLine): QuotaLineView {
  return { kind, area: String(areaSqm), parcel: parcelNo, date, source: sourceText(source) };
}

/** Where a line is from, for people. */
export function sourceText(source: QuotaLine['source']): string {
  if (source.type === 'entry') return `${source.entryNo}（批次${source.batchId}第${source.line}行）`;
  return source.type === 'reservation' ? `预留${source.id}` : `${source.fromYear}年结转`;
}
