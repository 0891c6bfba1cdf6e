import type { CellStyle } from 'hucre';

/** How a cell looks, by what it is for. Everything is locked in a protected sheet except `input`. */
export type StyleName = 'title' | 'note' | 'head' | 'key' | 'sample' | 'input' | 'text' | 'wrong' | 'suspect' | 'ours';

const THIN = { style: 'thin', color: { rgb: 'BFBFBF' } } as const;
const GRID = { top: THIN, right: THIN, bottom: THIN, left: THIN } as const;
const RED = { style: 'medium', color: { rgb: 'C00000' } } as const;
const FONT = '宋体';

/** The writer keeps one style for cells that share the object's content; a number format is put on by `styleOf`. */
const STYLES: Readonly<Record<StyleName, CellStyle>> = {
  title: {
    font: { name: FONT, size: 16, bold: true },
    alignment: { horizontal: 'center', vertical: 'center' },
  },
  note: { font: { name: FONT, size: 10, color: { rgb: '595959' } }, alignment: { vertical: 'center' } },
  head: {
    font: { name: FONT, size: 11, bold: true },
    fill: solid('DDEBF7'),
    border: GRID,
    alignment: { horizontal: 'center', vertical: 'center', wrapText: true },
    protection: { locked: true },
  },
  key: { font: { name: FONT, size: 11, bold: true }, alignment: { vertical: 'top', wrapText: true } },
  sample: {
    font: { name: FONT, size: 11, italic: true, color: { rgb: '7F7F7F' } },
    fill: solid('F2F2F2'),
    border: GRID,
    protection: { locked: true },
  },
  input: { font: { name: FONT, size: 11 }, border: GRID, protection: { locked: false } },
  text: { font: { name: FONT, size: 11 }, alignment: { vertical: 'top', wrapText: true } },
  wrong: {
    font: { name: FONT, size: 11 },
    fill: solid('FFC7CE'),
    border: { top: RED, right: RED, bottom: RED, left: RED },
  },
  suspect: { font: { name: FONT, size: 11 }, fill: solid('FFE4E8'), border: GRID },
  ours: {
    font: { name: FONT, size: 11, color: { rgb: '9C0006' } },
    fill: solid('FFF2CC'),
    border: GRID,
    alignment: { vertical: 'top', wrapText: true },
  },
};

const styled = new Map<string, CellStyle>();

/** The style with a number format; the same object for the same two. */
export function styleOf(name: StyleName, format?: string): CellStyle {
  if (format === undefined) return STYLES[name];
  const key = `${name}|${format}`;
  const known = styled.get(key);
  if (known !== undefined) return known;
  const style = { ...STYLES[name], numFmt: format };
  styled.set(key, style);
  return style;
}

function solid(rgb: string): NonNullable<CellStyle['fill']> {
  return { type: 'pattern', pattern: 'solid', fgColor: { rgb } };
}
