import { matchingKey, type Region, type RegionLookup } from '@quhua/core';
import { foldCell, hasControl, isMissing } from './cell-text.ts';
import { isMojibake, unmojibake } from './mojibake.ts';
import { type Fault, shown } from './reasons.ts';

export type RegionReading = { readonly region?: Region; readonly fault?: Fault; readonly missing: boolean };

const TOTAL = /(?:合计|小计|总计|共计)[:：]?$/u;
const TOTAL_WORDS: ReadonlySet<string> = new Set(['total', 'subtotal', 'grandtotal']);

/** Whether a cell names a total, not a unit. */
export function isTotalText(text: string): boolean {
  const key = matchingKey(text);
  return TOTAL.test(key) || TOTAL_WORDS.has(key);
}

/** Reads a cell that names a unit. Look-alikes are named for a person to decide, never taken. */
export function readRegion(text: string, lookup: RegionLookup): RegionReading {
  const region = lookup.find(text);
  if (region !== undefined) return { region, missing: false };
  if (isMissing(foldCell(text))) return { missing: true };
  return { fault: unknown(text, lookup), missing: false };
}

function unknown(text: string, lookup: RegionLookup): Fault {
  const name = shown(text.trim());
  if (hasControl(text)) {
    return { code: 'CHAR_CONTROL', zh: `${name}含有控制字符，请删除`, en: `${name} holds control characters` };
  }
  if (isMojibake(text)) {
    const meant = lookup.find(unmojibake(text) ?? '')?.name;
    const guess = meant === undefined ? '' : `（原文可能是“${meant}”）`;
    return {
      code: 'ENC_MOJIBAKE',
      zh: `${name}疑似乱码${guess}，请另存为 UTF-8 后重报`,
      en: `${name} was decoded wrongly`,
    };
  }
  const similar = lookup.similar(text).map((region) => `“${region.name}”`);
  const guess = similar.length === 0 ? '' : `，是否为${similar.join('或')}`;
  const en = similar.length === 0 ? '' : `; is ${similar.join(' or ')} meant`;
  return {
    code: 'UNIT_UNKNOWN',
    zh: `未知县市${name}${guess}；请核对后改正，或在 jurisdiction.yaml 中加别名`,
    en: `unknown unit ${name}${en}`,
  };
}
