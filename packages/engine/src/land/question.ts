import {
  AppError,
  dayAt,
  getLandUse,
  type LandPolicy,
  type LandQuestion,
  type Region,
  readInUnit,
  WHOLE_BP,
} from '@quhua/core';
import { type Engine, regionLookupOf } from '../engine.ts';

/** A question as a person, or another system, puts it. */
export type LandAsk = {
  /** Code, name, short name or alias. */
  readonly region: string;
  readonly parcel: string;
  readonly use: string;
  /** `12000`, `12000㎡`, `1.2公顷`, `18亩`. */
  readonly area: string;
  /** `0.7`: of mixed use, the share of commercial housing. */
  readonly residentialShare?: string;
  /** `2025-11-22`; left out, today. */
  readonly date?: string;
};

/** 1 公顷 = 10,000 ㎡, 15 亩 = 1 公顷; exact, or refused. */
const LAND_UNITS = [
  { words: /(?:平方米|㎡|m2|m²|平米)$/iu, size: { numerator: 1n, denominator: 1n } },
  { words: /(?:公顷|ha)$/iu, size: { numerator: 10_000n, denominator: 1n } },
  { words: /(?:亩|mu)$/iu, size: { numerator: 10_000n, denominator: 15n } },
] as const;

/**
 * Land area with its unit as whole ㎡.
 *
 * Errors: invalid/AREA_FORMAT, AREA_NOT_WHOLE (would need rounding), AREA_NOT_POSITIVE.
 */
export function parseLandArea(text: string): number {
  const written = text.normalize('NFKC').replace(/\s/gu, '').replace(/m2$/iu, '㎡');
  const unit = LAND_UNITS.find(({ words }) => words.test(written));
  const number = unit === undefined ? written : written.replace(unit.words, '');
  const reading = readInUnit(number, unit?.size ?? LAND_UNITS[0].size, { negative: true });
  if ('fault' in reading) {
    if (reading.fault === 'NUM_PRECISION') {
      throw invalid(
        'AREA_NOT_WHOLE',
        `面积折合不是整平方米：${text}；请核对，或直接写平方米 / not a whole number of ㎡`,
      );
    }
    throw invalid(
      'AREA_FORMAT',
      `面积应写作 12000、1.2公顷 或 18亩：${text} / an area looks like 12000, 1.2公顷 or 18亩`,
    );
  }
  if (reading.value > 0) return reading.value;
  throw invalid('AREA_NOT_POSITIVE', `面积应大于0：${text} / the area must be above 0`);
}

/** Share as hundredths of a percent. Errors: invalid/SHARE_RANGE. */
export function parseShare(text: string): number {
  const percent = text.endsWith('%');
  const reading = readInUnit(percent ? text.slice(0, -1) : text, {
    numerator: BigInt(percent ? WHOLE_BP / 100 : WHOLE_BP),
    denominator: 1n,
  });
  if (!('fault' in reading) && reading.value >= 0 && reading.value <= WHOLE_BP) return reading.value;
  throw invalid('SHARE_RANGE', `住宅占比应在 0 与 1 之间，最多四位小数：${text} / a share lies between 0 and 1`);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/u;

/** Errors: invalid/USAGE for a day that does not exist. */
export function parseDay(text: string): string {
  const exists = DAY.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (exists) return text;
  throw invalid('DATE_FORMAT', `日期应写作 2025-11-22：${text} / a day looks like 2025-11-22`);
}

/** Errors: invalid/REGION_UNKNOWN with the names that may have been meant. */
export function findUnit(engine: Engine, text: string): Region {
  const lookup = regionLookupOf(engine);
  const found = lookup.find(text);
  if (found !== undefined) return found;
  const similar = lookup.similar(text).map(({ name }) => name);
  const hint = similar.length === 0 ? '' : `，是否为 ${similar.join('、')}`;
  throw invalid('REGION_UNKNOWN', `${engine.config.jurisdiction.name}没有单元“${text}”${hint} / no such unit`);
}

/**
 * The question with everything that can be wrong with it said, and nothing stored.
 *
 * Errors: invalid/REGION_UNKNOWN, LAND_USE_UNKNOWN, PARCEL_EMPTY, AREA_*, SHARE_*, DATE_FORMAT, DATE_FUTURE.
 */
export function readQuestion(engine: Engine, ask: LandAsk, policy: LandPolicy): LandQuestion {
  const region = findUnit(engine, ask.region);
  const parcelNo = ask.parcel.trim();
  if (parcelNo === '' || parcelNo.length > 100) {
    throw invalid('PARCEL_EMPTY', '请给出宗地编号（1–100 字） / a parcel number is needed');
  }
  const use = getLandUse(ask.use, policy);
  const shareBp = ask.residentialShare === undefined ? null : parseShare(ask.residentialShare);
  if (shareBp === null && use.share === 'required') {
    throw invalid(
      'SHARE_NEEDED',
      `“${use.use}”须用 --residential-share 给出商品住宅占比：${use.why} / this use needs a share`,
    );
  }
  if (shareBp !== null && use.share === 'none') {
    throw invalid('SHARE_NOT_MEANT', `“${use.use}”没有住宅占比之说，请去掉 / this use takes no share`);
  }
  const today = dayAt(engine.now(), engine.config.jurisdiction.timezone);
  const date = ask.date === undefined ? today : parseDay(ask.date);
  if (date > today) throw invalid('DATE_FUTURE', `日期在将来：${date}，今天是 ${today} / the day lies in the future`);
  return {
    regionCode: region.code,
    regionName: region.name,
    parcelNo,
    use,
    areaSqm: parseLandArea(ask.area),
    shareBp,
    date,
  };
}

export function invalid(code: string, message: string): AppError {
  return new AppError('invalid', code, message);
}
