type Field = { readonly zh: string; readonly en: string; readonly least: number; readonly most: number };

const FIELDS: readonly Field[] = [
  { zh: '分', en: 'minute', least: 0, most: 59 },
  { zh: '时', en: 'hour', least: 0, most: 23 },
  { zh: '日', en: 'day of month', least: 1, most: 31 },
  { zh: '月', en: 'month', least: 1, most: 12 },
  { zh: '周', en: 'weekday', least: 0, most: 7 },
];
const ITEM = /^(?:\*|(?<from>\d{1,2})(?:-(?<to>\d{1,2}))?)(?:\/(?<step>\d{1,2}))?$/u;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Why a text is not a schedule, or null if it is one.
 *
 * Shapes: five fields of `*`, `5`, `1-5`, lists of them, and steps (`*` or a range, then `/15`); no names, no seconds.
 */
export function cronFault(text: string): string | null {
  const parts = text.split(/ +/u);
  if (parts.length !== FIELDS.length) {
    return `应为五段“分 时 日 月 周”，现有 ${parts.length} 段 / five fields are needed: minute hour day month weekday`;
  }
  const sets: number[][] = [];
  for (const [at, field] of FIELDS.entries()) {
    const values = valuesOf(parts[at] ?? '', field);
    if (values === null) {
      const { zh, en, least, most } = field;
      return `“${zh}”段 ${parts[at]} 不对，应为 ${least}–${most}、*、范围或步长 / wrong ${en}: ${least}–${most}, *, a range or a step`;
    }
    sets.push(values);
  }
  return neverComes(parts, sets) ? '这个日期永远不会到来 / that date never comes' : null;
}

function valuesOf(part: string, { least, most }: Field): number[] | null {
  const values = new Set<number>();
  for (const item of part.split(',')) {
    const groups = ITEM.exec(item)?.groups;
    if (groups === undefined) return null;
    const { from, to, step } = groups;
    if (step !== undefined && (Number(step) < 1 || (from !== undefined && to === undefined))) return null;
    const first = from === undefined ? least : Number(from);
    const last = from === undefined ? most : Number(to ?? from);
    if (first < least || last > most || first > last) return null;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return [...values];
}

/** Day and month together must exist; a weekday, where given, comes anyway. */
function neverComes(parts: readonly string[], [, , days = [], months = []]: readonly (readonly number[])[]): boolean {
  if (parts[4] !== '*') return false;
  return !months.some((month) => days.some((day) => day <= (DAYS[month - 1] ?? 0)));
}
