import {
  AlignmentType,
  BorderStyle,
  Header,
  HeightRule,
  ImageRun,
  ImportedXmlComponent,
  type IRunOptions,
  LineRuleType,
  Paragraph,
  Run,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx';
import { type CertificateContent, type FormRow, lineSize } from './certificate-content.ts';
import { HEI, SONG, watermarkXml } from './docx-parts.ts';
import {
  CELL_PADDING,
  CELL_SIDE,
  CODE_PT,
  COLUMNS,
  CONCLUSION_PT,
  LEADING,
  NOTE_PT,
  NUMBER_PT,
  PROOF_GAP,
  QR_MM,
  SIGN_HEIGHT,
  SUBTITLE_PT,
  TEXT_WIDTH,
  TITLE_PT,
  VOID_PT,
} from './fit.ts';
import { CODE_LABEL, LINE_HEAD, SIGNATURES, SIMULATED, SUBTITLE, TITLE, UNSIGNED } from './words.ts';

/** Page lengths of a document: 1440 to the inch. */
export function twips(mm: number): number {
  return Math.round((mm * 1440) / 25.4);
}

/** Sizes of type in a document; `22pt` as text would be allowed, and is not read by every office program. */
function halfPoints(pt: number): number {
  return Math.round(pt * 2);
}

const RED = 'C8102E';
const THIN = { style: BorderStyle.SINGLE, size: 4, color: '000000' } as const;
const NONE = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const;
const NO_BORDERS = { top: NONE, bottom: NONE, left: NONE, right: NONE } as const;

type Setting = {
  readonly sizePt: number;
  readonly align?: (typeof AlignmentType)[keyof typeof AlignmentType];
  readonly font?: string;
  readonly run?: IRunOptions;
};

/** A paragraph whose lines are as high as the estimate of the page takes them to be. */
function line(text: string | readonly Run[], { sizePt, align, font, run }: Setting): Paragraph {
  const set = { ...run, size: halfPoints(sizePt), ...(font === undefined ? {} : { font }) };
  const children = typeof text === 'string' ? [new TextRun({ ...set, text })] : text;
  return new Paragraph({
    children,
    spacing: { before: 0, after: 0, line: Math.round(sizePt * 20 * LEADING), lineRule: LineRuleType.EXACT },
    widowControl: false,
    autoSpaceEastAsianText: false, // else every number is wider than the estimate of the page takes it to be
    ...(align === undefined ? {} : { alignment: align }),
  });
}

/** Red words above the form, and across it. */
export function voidHeader(): Header {
  const across = new Run({ children: [ImportedXmlComponent.fromXmlString(watermarkXml(SIMULATED))] });
  const words = new TextRun({ text: SIMULATED, font: HEI, bold: true, color: RED, size: halfPoints(VOID_PT) });
  return new Header({ children: [line([words, across], { sizePt: VOID_PT, align: AlignmentType.CENTER })] });
}

/** Everything on the page, top to bottom. */
export function body(content: CertificateContent, qr: Uint8Array | null): (Paragraph | Table)[] {
  return [
    line(TITLE, { sizePt: TITLE_PT, align: AlignmentType.CENTER, font: SONG }),
    line(SUBTITLE, { sizePt: SUBTITLE_PT, align: AlignmentType.CENTER }),
    line(content.number, { sizePt: NUMBER_PT, align: AlignmentType.RIGHT }),
    conclusion(content.conclusion),
    gap(3),
    form(content),
    gap(PROOF_GAP),
    proof(content, qr),
    gap(0.4), // a document may not end with a table
  ];
}

function gap(mm: number): Paragraph {
  return new Paragraph({
    spacing: { before: 0, after: 0, line: twips(mm), lineRule: LineRuleType.EXACT },
    children: [],
  });
}

function conclusion(lines: readonly string[]): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { before: 60, after: 0, line: Math.round(CONCLUSION_PT * 20 * LEADING), lineRule: LineRuleType.EXACT },
    border: {
      top: { style: BorderStyle.SINGLE, size: 16, color: RED, space: 5 },
      bottom: { style: BorderStyle.SINGLE, size: 6, color: RED, space: 5 },
    },
    children: lines.map(
      (text, at) =>
        new TextRun({
          text,
          font: HEI,
          bold: true,
          size: halfPoints(CONCLUSION_PT),
          ...(at === 0 ? {} : { break: 1 }),
        }),
    ),
  });
}

function form({ rows, sizePt }: CertificateContent): Table {
  const sign = new TableRow({
    cantSplit: true,
    height: { value: twips(SIGN_HEIGHT), rule: HeightRule.EXACT },
    children: SIGNATURES.flatMap((label, at) => [
      labelCell(label, { sizePt, at: at * 3 }),
      cell([line('', { sizePt })], { from: at * 3 + 1, to: at * 3 + 3 }),
    ]),
  });
  return new Table({
    width: { size: twips(TEXT_WIDTH), type: WidthType.DXA },
    columnWidths: COLUMNS.map(twips),
    layout: TableLayoutType.FIXED,
    borders: { top: THIN, bottom: THIN, left: THIN, right: THIN, insideHorizontal: THIN, insideVertical: THIN },
    rows: [...rows.flatMap((row) => tableRows(row, sizePt)), sign],
  });
}

type Span = { readonly from: number; readonly to: number; readonly rowSpan?: number; readonly tight?: boolean };

function cell(children: readonly Paragraph[], { from, to, rowSpan, tight = false }: Span): TableCell {
  const width = COLUMNS.slice(from, to).reduce((sum, part) => sum + part, 0);
  const padding = twips(tight ? CELL_PADDING / 4 : CELL_PADDING / 2);
  return new TableCell({
    children,
    columnSpan: to - from,
    ...(rowSpan === undefined ? {} : { rowSpan }),
    width: { size: twips(width), type: WidthType.DXA },
    margins: {
      top: padding,
      bottom: padding,
      left: twips(CELL_SIDE),
      right: twips(CELL_SIDE),
      marginUnitType: WidthType.DXA,
    },
    verticalAlign: VerticalAlignTable.CENTER,
  });
}

type Label = { readonly sizePt: number; readonly at?: number; readonly rowSpan?: number };

function labelCell(text: string, { sizePt, at = 0, rowSpan }: Label): TableCell {
  const paragraph = line(text, { sizePt, font: HEI, align: AlignmentType.CENTER });
  return cell([paragraph], { from: at, to: at + 1, ...(rowSpan === undefined ? {} : { rowSpan, tight: true }) });
}

function tableRows(row: FormRow, sizePt: number): TableRow[] {
  if (row.kind === 'lines') return lineRows(row, sizePt);
  if (row.kind === 'wide') {
    const paragraphs = row.paragraphs.map((text) => line(text, { sizePt }));
    return [tableRow([labelCell(row.label, { sizePt }), cell(paragraphs, { from: 1, to: COLUMNS.length })])];
  }
  const cells = row.cells.flatMap(([label, value], at) => [
    labelCell(label, { sizePt, at: at * 3 }),
    cell([line(value, { sizePt })], { from: at * 3 + 1, to: at * 3 + 3 }),
  ]);
  return [tableRow(cells)];
}

function tableRow(children: readonly TableCell[]): TableRow {
  return new TableRow({ cantSplit: true, children });
}

const AREA_COLUMN = 2;

function lineRows({ label, lines, rest }: Extract<FormRow, { kind: 'lines' }>, sizePt: number): TableRow[] {
  const small = lineSize(sizePt);
  const wide = (text: string) => [cell([line(text, { sizePt: small })], { from: 1, to: COLUMNS.length, tight: true })];
  const rows = [
    LINE_HEAD.map((text, at) => lineCell(text, at, { sizePt: small, align: AlignmentType.CENTER, font: HEI })),
    ...lines.map((cells) =>
      cells.map((text, at) =>
        lineCell(text, at, { sizePt: small, align: at === AREA_COLUMN ? AlignmentType.RIGHT : AlignmentType.LEFT }),
      ),
    ),
    ...(lines.length === 0 ? [wide('无')] : []),
    ...(rest === null ? [] : [wide(rest)]),
  ];
  const first = labelCell(label, { sizePt, rowSpan: rows.length });
  return rows.map((cells, at) => tableRow(at === 0 ? [first, ...cells] : cells));
}

function lineCell(text: string, at: number, setting: Setting): TableCell {
  return cell([line(text, setting)], { from: at + 1, to: at + 2, tight: true });
}

function proof({ code, notes }: CertificateContent, qr: Uint8Array | null): Table {
  const left = TEXT_WIDTH - QR_MM - 4;
  const words = [...notes.map((note) => line(note, { sizePt: NOTE_PT })), codeLine(code)];
  const picture = new Paragraph({
    alignment: AlignmentType.RIGHT,
    spacing: { before: 0, after: 0, line: 240, lineRule: LineRuleType.AUTO },
    children: qr === null ? [] : [image(qr)],
  });
  const cells = [
    { children: words, width: left },
    { children: [picture], width: TEXT_WIDTH - left },
  ].map(
    ({ children, width }) =>
      new TableCell({
        children,
        width: { size: twips(width), type: WidthType.DXA },
        margins: { top: 0, bottom: 0, left: 0, right: 0, marginUnitType: WidthType.DXA },
        borders: NO_BORDERS,
        verticalAlign: VerticalAlignTable.CENTER,
      }),
  );
  return new Table({
    width: { size: twips(TEXT_WIDTH), type: WidthType.DXA },
    columnWidths: [twips(left), twips(TEXT_WIDTH - left)],
    layout: TableLayoutType.FIXED,
    borders: { ...NO_BORDERS, insideHorizontal: NONE, insideVertical: NONE },
    rows: [tableRow(cells)],
  });
}

function codeLine(code: string | null): Paragraph {
  if (code === null) return line(UNSIGNED, { sizePt: CODE_PT, font: HEI });
  const size = halfPoints(CODE_PT);
  const label = new TextRun({ text: `${CODE_LABEL}：`, size });
  return line([label, new TextRun({ text: code, size, bold: true, font: 'Consolas' })], { sizePt: CODE_PT });
}

function image(data: Uint8Array): ImageRun {
  const pixels = Math.round((QR_MM / 25.4) * 96);
  return new ImageRun({
    type: 'png',
    data,
    transformation: { width: pixels, height: pixels },
    altText: { id: '1', name: '二维码', description: '验真二维码' },
  });
}
