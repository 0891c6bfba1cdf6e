import { type FeedValue, formatCentisqm } from '@quhua/core';
import type { ValueColumn } from '../mapping.ts';
import { shown } from '../reasons.ts';
import { type RowDraft, say } from './row-draft.ts';

/** A home has between so many hundredths of a square metre: 20 to 500 ㎡ (bad-input N25). */
export const HOME_CENTISQM = { least: 2_000, most: 50_000 } as const;
/** So far outside, ㎡ and 万㎡ were surely mixed. */
export const SURE_FACTOR = 50;
/** Price of a square metre in yuan. */
export const SQM_YUAN = { least: 300, most: 200_000 } as const;

/** Areas and the homes that they are the area of; 1: one home. */
const HOMES: Readonly<Record<string, string>> = {
  signed_area: 'signed_units',
  cancelled_area: 'cancelled_units',
  presale_unsold_area: 'presale_unsold_units',
  completed_unsold_area: 'completed_unsold_units',
};

/** Places of the columns that are held against each other, found once for each list of columns. */
type Pairs = {
  readonly homes: readonly { readonly area: number; readonly units: number }[];
  readonly contract: {
    readonly area: number;
    readonly price: number;
    readonly signed: number;
    readonly cancelled: number;
  } | null;
  readonly project: { readonly sold: number; readonly total: number } | null;
  readonly merged: { readonly from: number; readonly into: number } | null;
};

/** Makes the check that holds a record's values against each other. Shapes: what was refused or is missing is passed over. */
export function plausibility(columns: readonly ValueColumn[]) {
  const { homes, contract, project, merged } = pairsOf(columns);
  return (draft: RowDraft, values: readonly FeedValue[]): void => {
    const record = { draft, columns, values };
    for (let at = 0; at < homes.length; at += 1) {
      const pair = homes[at];
      if (pair !== undefined) checkHomes(record, pair.area, numberAt(values, pair.units));
    }
    if (contract !== null) checkContract(record, contract);
    if (project !== null) checkProject(record, project);
    if (merged !== null) checkMerged(record, merged);
  };
}

function pairsOf(columns: readonly ValueColumn[]): Pairs {
  const at = (name: string) => columns.findIndex(({ column, index }) => column.name === name && index >= 0);
  const homes = Object.entries(HOMES).map(([area, units]) => ({ area: at(area), units: at(units) }));
  const [area, price, signed, cancelled] = [at('area'), at('price_total'), at('signed_on'), at('cancelled_on')];
  const [sold, total] = [at('households_sold'), at('total_units')];
  const [from, into] = [at('project_no'), at('merged_into')];
  return {
    homes: homes.filter((pair) => pair.area >= 0 && pair.units >= 0),
    contract: columns.some(({ column }) => column.name === 'contract_no') ? { area, price, signed, cancelled } : null,
    project: sold >= 0 && total >= 0 ? { sold, total } : null,
    merged: from >= 0 && into >= 0 ? { from, into } : null,
  };
}

type Held = {
  readonly draft: RowDraft;
  readonly columns: readonly ValueColumn[];
  readonly values: readonly FeedValue[];
};

/** A number that was read, else -1. */
function numberAt(values: readonly FeedValue[], at: number): number {
  const value = at < 0 ? null : values[at];
  return typeof value === 'number' && !Number.isNaN(value) ? value : -1;
}

function checkHomes({ draft, columns, values }: Held, at: number, homes: number): void {
  const area = numberAt(values, at);
  if (area <= 0 || homes <= 0) return;
  const { least, most } = HOME_CENTISQM;
  if (area >= least * homes && area <= most * homes) return;
  const sure = area * SURE_FACTOR < least * homes || area > most * SURE_FACTOR * homes;
  const each = formatCentisqm((2n * BigInt(area) + BigInt(homes)) / (2n * BigInt(homes)));
  const zh = `每套约${each}㎡，不在20–500㎡之间`;
  const en = `about ${each} sqm a home`;
  say(
    draft,
    columns[at],
    sure
      ? { code: 'UNIT_SUSPECT', zh: `${zh}，疑似㎡与万㎡混用；请核对面积单位和套数`, en: `${en}: which unit is it in?` }
      : { code: 'AREA_PER_UNIT', zh: `${zh}；请核对面积和套数`, en },
  );
}

function checkContract(held: Held, { area, price, signed, cancelled }: NonNullable<Pairs['contract']>): void {
  const { draft, columns, values } = held;
  checkHomes(held, area, 1);
  const from = values[signed];
  const until = values[cancelled];
  if (typeof from === 'string' && typeof until === 'string' && until < from) {
    const zh = `撤销日期 ${until} 早于签订日期 ${from}，请核对`;
    say(draft, columns[cancelled], { code: 'DATE_ORDER', zh, en: `cancelled on ${until}, before ${from}` });
  }
  const centisqm = numberAt(values, area);
  const fen = numberAt(values, price);
  if (centisqm <= 0 || fen < 0) return;
  if (fen >= SQM_YUAN.least * centisqm && fen <= SQM_YUAN.most * centisqm) return;
  const yuan = (BigInt(fen) / BigInt(centisqm)).toString();
  const zh = `单价约${yuan}元/㎡，不在${SQM_YUAN.least}–${SQM_YUAN.most}元之间；请核对总价和面积的单位`;
  say(draft, columns[price], { code: 'PRICE_PER_SQM', zh, en: `about ${yuan} yuan a square metre` });
}

function checkProject({ draft, columns, values }: Held, { sold, total }: NonNullable<Pairs['project']>): void {
  const [homes, all] = [numberAt(values, sold), numberAt(values, total)];
  if (homes < 0 || all < 0 || homes <= all) return;
  const header = shown(columns[total]?.header ?? '');
  const zh = `已售${homes}套，多于${header}的${all}套；请核对`;
  say(draft, columns[sold], { code: 'SOLD_GT_TOTAL', zh, en: `${homes} sold of ${all}` });
}

/** Whoever follows such a project to where it goes on would never arrive. */
function checkMerged({ draft, columns, values }: Held, { from, into }: NonNullable<Pairs['merged']>): void {
  const number = values[into];
  if (typeof number !== 'string' || number !== values[from]) return;
  const zh = `项目${shown(number)}写成并入它自己；没有并入其他项目的请空着`;
  say(draft, columns[into], { code: 'MERGED_SELF', zh, en: 'a project merged into itself: leave the cell empty' });
}
