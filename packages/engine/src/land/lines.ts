import { type QuotaLine, quotaSourceText } from '@quhua/core';

/** One line of the account that a decision rests on. Units: whole ㎡ as decimal text. */
export type QuotaLineView = {
  readonly kind: QuotaLine['kind'];
  readonly area: string;
  readonly parcel: string | null;
  readonly date: string | null;
  readonly source: string;
};

export function viewLine({ kind, areaSqm, parcelNo, date, source }: QuotaLine): QuotaLineView {
  return { kind, area: String(areaSqm), parcel: parcelNo, date, source: quotaSourceText(source) };
}
