import { matchingKey, type Region, type RegionLookup } from '@quhua/core';
import { foldCell, hasControl, isMissing } from '../cell-text.ts';
import { isMojibake, unmojibake } from '../mojibake.ts';
import { type Fault, shown } from '../reasons.ts';

export type RegionReading = { readonly region?: Region; readonly fault?: Fault; readonly missing: boolean };

const MAYBE_TOTAL = /计|total|汇总|总和/iu;
const TOTAL =
  /(?:合计|小计|总计|共计|累计|汇总|总和)(?:[:：]|[（(].*[）)])?$|^(?:合计|小计|总计|共计|累计)(?:[:：（(]|$)/u;
const TOTAL_WORDS: ReadonlySet<string> = new Set(['total', 'subtotal', 'grandtotal']);
const WHOLE: ReadonlySet<string> = new Set(['全地区', '全区', '地区', '全市', '全州', '全盟', '全省', '全国']);
const LONGEST_TOTAL = 40;
const NUMBER_CODE = /^(?<whole>\d{6})\.0+$/u;
const EXPONENT_CODE = /^(?<head>\d)\.(?<tail>\d{1,5})[eE]\+?0?5$/u;
const WITH_CODE =
  /^(?:(?<first>\d{6}(?:-[A-Za-z]+)?)[\s:：、，,_（(【[-]*(?<name>\D.*?)[）)】\]]?|(?<before>\D+?)[\s:：、，,_（(【[-]*(?<last>\d{6}(?:-[A-Za-z]+)?)[）)】\]]?)$/u;

/** The area as a whole, as `FeedContext` gives it. */
export type WholeArea = { readonly code: string; readonly name: string };

/** Whether a cell names a total, not a unit. */
export function isTotalText(text: string): boolean {
  if (text.length > LONGEST_TOTAL || !MAYBE_TOTAL.test(text)) return false;
  const key = matchingKey(text);
  return TOTAL.test(key) || TOTAL_WORDS.has(key);
}

/** Whether a cell names the area as a whole, so that its row is a total. */
export function isWholeArea(text: string, { code, name }: WholeArea): boolean {
  const key = matchingKey(text);
  return key !== '' && (WHOLE.has(key) || key === matchingKey(name) || key === matchingKey(code));
}

/** Reads a cell that names a unit. Look-alikes are named for a person to decide, never taken. */
export function readRegion(text: string, lookup: RegionLookup): RegionReading {
  const region = lookup.find(text) ?? lookup.find(plainCode(text));
  if (region !== undefined) return { region, missing: false };
  if (isMissing(foldCell(text))) return { missing: true };
  return codeAndName(text, lookup) ?? { fault: unknown(text, lookup), missing: false };
}

/** A code that a spreadsheet took for a number, if it is still exactly a whole one. */
function plainCode(text: string): string {
  const folded = foldCell(text);
  const whole = NUMBER_CODE.exec(folded)?.groups?.whole;
  const { head, tail } = EXPONENT_CODE.exec(folded)?.groups ?? {};
  if (head !== undefined && tail !== undefined) return head + tail.padEnd(5, '0');
  return whole ?? folded;
}

/** A cell with code and name: taken if both are of one unit. */
function codeAndName(text: string, lookup: RegionLookup): RegionReading | undefined {
  const { first, name, before, last } = WITH_CODE.exec(foldCell(text))?.groups ?? {};
  const [byCode, byName] = [lookup.find(first ?? last ?? ''), lookup.find(name ?? before ?? '')];
  if (byCode === undefined || byName === undefined) return undefined;
  if (byCode.code === byName.code) return { region: byCode, missing: false };
  const zh = `${shown(text)}的代码是${byCode.name}，名称是${byName.name}，不一致，请核对`;
  const en = `the code says ${byCode.code}, the name ${byName.code}`;
  return { fault: { code: 'REGION_CONFLICT', zh, en }, missing: false };
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
