import { type CertificateContent, lineSize } from './certificate-content.ts';
import {
  BORDER,
  CELL_PADDING,
  CELL_SIDE,
  CODE_PT,
  CONCLUSION_PT,
  LEADING,
  NOTE_PT,
  NUMBER_PT,
  PAGE,
  PROOF_GAP,
  QR_MM,
  SIGN_HEIGHT,
  SUBTITLE_PT,
  TITLE_PT,
  VOID_ABOVE,
  VOID_PT,
} from './fit.ts';

const SONG = '方正小标宋简体, 华文中宋, STZhongsong, "Noto Serif CJK SC", SimSun, serif';
const FANG_SONG = '仿宋_GB2312, 仿宋, FangSong, STFangsong, "Noto Serif CJK SC", SimSun, serif';
const HEI = '黑体, SimHei, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

/** The style of a printed certificate: one A4, whose margins are inside the sheet so that no browser adds its own. */
export function certificateStyle({ sizePt, margins }: Pick<CertificateContent, 'sizePt' | 'margins'>): string {
  return `
@page { size: A4 portrait; margin: 0; }
* { box-sizing: border-box; }
html { background: #e9e9e6; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0; color: #000; font-family: ${FANG_SONG}; font-size: ${sizePt}pt; line-height: ${LEADING}; }
.sheet { position: relative; display: flex; flex-direction: column; width: ${PAGE.width}mm; height: ${PAGE.height}mm; margin: 8mm auto; overflow: hidden; background: #fff;
  padding: ${margins.top}mm ${PAGE.right}mm 10mm ${PAGE.left}mm; box-shadow: 0 1px 8px rgb(0 0 0 / 25%); }
h1 { margin: 0; text-align: center; font: 400 ${TITLE_PT}pt/${LEADING} ${SONG}; letter-spacing: 0.06em; }
.subtitle { margin: 0; text-align: center; font-size: ${SUBTITLE_PT}pt; letter-spacing: 0.04em; }
.number { margin: 0; text-align: right; font-size: ${NUMBER_PT}pt; }
.conclusion { margin: 1mm 0 3mm; padding: 2mm 2mm; border-top: 0.7mm solid #c8102e; border-bottom: 0.25mm solid #c8102e;
  text-align: center; font: 700 ${CONCLUSION_PT}pt/${LEADING} ${HEI}; overflow-wrap: anywhere; }
.sheet > * { flex: none; }
.sheet > .form { flex: 0 1 auto; min-height: 0; overflow: hidden; } /* if a font is wider than any, the code still stands */
table { width: 100%; border-collapse: collapse; table-layout: fixed; border: 0.4mm solid #000; }
th, td { padding: ${CELL_PADDING / 2}mm ${CELL_SIDE}mm; border: ${BORDER}mm solid #000; text-align: left; vertical-align: middle; font-weight: 400;
  overflow-wrap: anywhere; }
th[scope="row"] { padding-inline: 0; text-align: center; font-family: ${HEI}; }
td p { margin: 0; }
.lines th[scope="col"], .lines td { padding-block: ${CELL_PADDING / 4}mm; font-size: ${lineSize(sizePt)}pt; }
.lines th[scope="col"], .lines td:not([colspan]) { white-space: nowrap; }
.lines th[scope="col"] { text-align: center; }
.lines td.area { text-align: right; font-variant-numeric: tabular-nums; }
.sign th, .sign td { height: ${SIGN_HEIGHT}mm; }
.proof { display: flex; align-items: center; gap: 5mm; margin-top: ${PROOF_GAP}mm; }
.proof > div { flex: 1; }
.proof p { margin: 0; font-size: ${NOTE_PT}pt; overflow-wrap: anywhere; }
.proof .code { font-size: ${CODE_PT}pt; letter-spacing: 0.05em; white-space: nowrap; }
.proof .code b { font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
.proof svg { flex: none; width: ${QR_MM}mm; height: ${QR_MM}mm; }
.void { margin: 0; position: absolute; top: ${margins.top - VOID_ABOVE}mm; left: 0; right: 0; text-align: center; color: #c8102e; font: 700 ${VOID_PT}pt/1.2 ${HEI}; }
.across { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; pointer-events: none; }
.across span { flex: none; transform: rotate(-52deg); white-space: nowrap; color: rgb(200 16 46 / 22%); font: 700 98pt/1 ${HEI}; }
@media print {
  html { background: none; }
  .sheet { margin: 0; box-shadow: none; height: ${PAGE.height - 0.5}mm; break-after: avoid; break-inside: avoid; }
}
`;
}
