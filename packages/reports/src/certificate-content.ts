import { formatCode, type LandCertificate, parseCode } from '@quhua/core';
import {
  BORDER,
  CELL_PADDING,
  CELL_SIDE,
  CODE_PT,
  COLUMNS,
  CONCLUSION_PT,
  cut,
  DENSITIES,
  type Density,
  linesHeight,
  linesOf,
  type Margins,
  NOTE_PT,
  NUMBER_PT,
  type Place,
  PROOF_GAP,
  phraseLines,
  QR_MM,
  SIGN_HEIGHT,
  SUBTITLE_PT,
  TEXT_WIDTH,
  TITLE_PT,
  textHeight,
} from './fit.ts';
import { clean, lineCells, type PairRow, restText, type WideRow, type WordsRow, wordsOf } from './words.ts';

/** One row of the form as it is printed. */
export type FormRow =
  | PairRow
  | WideRow
  | {
      readonly kind: 'lines';
      readonly label: string;
      readonly lines: readonly (readonly string[])[];
      readonly rest: string | null;
    };

/** A certificate in words, as every printed form of it shows them. Text is free of control characters, not escaped. */
export type CertificateContent = {
  readonly number: string;
  /** Lines, each at the end of a phrase where that is possible. */
  readonly conclusion: readonly string[];
  readonly rows: readonly FormRow[];
  /** In groups of four; null: not signed. */
  readonly code: string | null;
  /** What the QR code holds; null: not signed. */
  readonly qr: string | null;
  /** Small print beside the code. */
  readonly notes: readonly string[];
  readonly simulated: boolean;
  readonly sizePt: number;
  readonly margins: Margins;
  /** Estimated, from above. Units: mm. */
  readonly heightMm: number;
};

/** Left free, as no estimate knows the fonts of an office computer. Units: mm. */
const SPARE = 2;

/** The words of a certificate in the largest type in which they stand on one page. Errors: invalid/CERTIFICATE_AREA. */
export function certificateContent(certificate: LandCertificate): CertificateContent {
  const words = wordsOf(certificate);
  const [roomy, ...tighter] = DENSITIES;
  let content = contentAt(certificate, words, roomy);
  for (const density of tighter) {
    if (content.heightMm <= textHeight(content.margins) - SPARE) break;
    content = contentAt(certificate, words, density);
  }
  return content;
}

/** Title, subtitle, number, and the white around the conclusion. Units: mm. */
const HEAD_HEIGHT = linesHeight(1, TITLE_PT) + linesHeight(1, SUBTITLE_PT) + linesHeight(1, NUMBER_PT) + 9;

function linesRow({ label, quota }: Extract<WordsRow, { kind: 'quota' }>, { quotaLines, sizePt }: Density): FormRow {
  const small = lineSize(sizePt);
  const lines = quota.lines
    .slice(0, quotaLines)
    .map((line) => lineCells(line).map((text, at) => cut(clean(text), 1, placeOf(at + 1, at + 2, small))));
  const rest = quota.lines.slice(quotaLines);
  const more = rest.length === 0 ? null : cut(clean(restText(rest)), 2, placeOf(1, COLUMNS.length, small));
  return { kind: 'lines', label, lines, rest: more };
}

/** Quota lines are set a little smaller than the rest, so that a day and eight digits fit their columns. Units: points. */
export function lineSize(sizePt: number): number {
  return Math.min(9, Math.max(8, sizePt - 1));
}

/** Columns from one up to, not including, another. */
function placeOf(from: number, to: number, sizePt: number): Place {
  const width = COLUMNS.slice(from, to).reduce((sum, part) => sum + part, 0) - 2 * CELL_SIDE;
  return { width, sizePt };
}

function contentAt(certificate: LandCertificate, words: readonly WordsRow[], density: Density): CertificateContent {
  const rows = words.map((row) => (row.kind === 'quota' ? linesRow(row, density) : fitted(row, density)));
  const { sizePt, margins, conclusionLines } = density;
  const place: Place = { width: TEXT_WIDTH - 4, sizePt: CONCLUSION_PT };
  const conclusion = cut(clean(certificate.conclusion), conclusionLines, place);
  const code = parseCode(certificate.code);
  const isCut = conclusion !== clean(certificate.conclusion) || density.items !== Infinity;
  const above = HEAD_HEIGHT + linesHeight(linesOf(conclusion, place), CONCLUSION_PT);
  const notes = notesOf(certificate, { isSigned: code !== null, isCut });
  const below = SIGN_HEIGHT + PROOF_GAP + proofHeight(notes);
  const heightMm = rows.reduce((height, row) => height + rowHeight(row, sizePt), above + below);
  return {
    number: cut(clean(certificate.number), 1, { width: TEXT_WIDTH, sizePt: NUMBER_PT }),
    conclusion: phraseLines(conclusion, place),
    rows,
    code: code === null ? null : formatCode(code),
    qr: code === null ? null : qrText(certificate.verifyAddress, code),
    notes,
    simulated: certificate.simulated,
    sizePt,
    margins,
    heightMm,
  };
}

/** Beyond this a printed QR code of its size cannot be read any more. */
const MOST_QR_LETTERS = 300;

function qrText(address: string | null, code: string): string {
  const link = `${clean(address ?? '')}?code=${code}`;
  return address === null || link.length > MOST_QR_LETTERS ? code : link;
}

const NOTE_PLACE: Place = { width: TEXT_WIDTH - QR_MM - 6, sizePt: NOTE_PT };

function proofHeight(notes: readonly string[]): number {
  const lines = notes.reduce((sum, note) => sum + linesOf(note, NOTE_PLACE), 0);
  return Math.max(QR_MM, linesHeight(1, CODE_PT) + linesHeight(lines, NOTE_PT));
}

function notesOf(certificate: LandCertificate, { isSigned, isCut }: { isSigned: boolean; isCut: boolean }): string[] {
  const { verifyAddress, decisionId, timezone } = certificate;
  const how = verifyAddress === null ? '凭核验码向出单单位验真' : `扫码验真，或在此输入下面的核验码：${verifyAddress}`;
  return [
    ...(isSigned ? [how] : []),
    `核查编号 ${decisionId}；时间按 ${timezone}`,
    `内容以电子件为准${isCut ? '，因版面所限部分文字从略' : ''}`,
  ].map((note) => cut(clean(note), 2, NOTE_PLACE));
}

function fitted(row: PairRow | WideRow, { sizePt, items, itemLines }: Density): FormRow {
  if (row.kind === 'pair') {
    const cells = row.cells.map(
      ([label, value]) => [label, cut(clean(value), Math.min(itemLines, 3), placeOf(1, 3, sizePt))] as const,
    );
    return { kind: 'pair', cells };
  }
  const place = placeOf(1, COLUMNS.length, sizePt);
  if (row.isFact)
    return { ...row, paragraphs: row.paragraphs.map((text) => cut(clean(text), Math.max(2, itemLines), place)) };
  const shown = row.paragraphs.slice(0, items).map((text) => cut(clean(text), itemLines, place));
  const hidden = row.paragraphs.length - shown.length;
  const last = shown.at(-1);
  if (hidden > 0 && last !== undefined) {
    const more = `（另有 ${hidden} 条见电子件）`;
    shown[shown.length - 1] = `${cut(last, itemLines, { ...place, width: place.width - 45 })}${more}`;
  }
  return { ...row, paragraphs: shown };
}

function rowHeight(row: FormRow, sizePt: number): number {
  if (row.kind === 'pair') {
    const lines = Math.max(...row.cells.map(([, value]) => linesOf(value, placeOf(1, 3, sizePt))));
    return linesHeight(lines, sizePt) + CELL_PADDING + BORDER;
  }
  if (row.kind === 'wide') {
    const place = placeOf(1, COLUMNS.length, sizePt);
    const lines = row.paragraphs.reduce((sum, text) => sum + linesOf(text, place), 0);
    return linesHeight(lines, sizePt) + CELL_PADDING + BORDER;
  }
  const small = lineSize(sizePt);
  const rest = row.rest === null ? 0 : linesOf(row.rest, placeOf(1, COLUMNS.length, small));
  return (1 + Math.max(1, row.lines.length) + rest) * (linesHeight(1, small) + CELL_PADDING / 2 + BORDER);
}
