import type { LandCertificate } from '@quhua/core';
import { toString as qrText } from 'qrcode';
import { type CertificateContent, certificateContent, type FormRow } from './certificate-content.ts';
import { certificateStyle } from './certificate-style.ts';
import { escaped, SCRIPT_CLOSE, SCRIPT_OPEN, scriptJson } from './embed.ts';
import { COLUMNS, TEXT_WIDTH } from './fit.ts';
import { CODE_LABEL, LINE_HEAD, SIGNATURES, SIMULATED, SUBTITLE, TITLE, UNSIGNED } from './words.ts';

/**
 * The certificate as one HTML file that needs nothing else and prints on one A4, with its JSON inside.
 *
 * Errors: invalid/CERTIFICATE_AREA.
 */
export async function renderCertificateHtml(certificate: LandCertificate): Promise<string> {
  const content = certificateContent(certificate);
  const qr = content.qr === null ? '' : await qrText(content.qr, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
  const title = escaped(`${TITLE} ${content.number}`);
  return `<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${certificateStyle(content)}</style>
</head>
<body>
<main class="sheet">
${content.simulated ? `<p class="void">${SIMULATED}</p>\n` : ''}<h1>${TITLE}</h1>
<p class="subtitle" lang="en">${SUBTITLE}</p>
<p class="number">${escaped(content.number)}</p>
<p class="conclusion">${content.conclusion.map(escaped).join('<br>')}</p>
<div class="form"><table>
<colgroup>${COLUMNS.map((width) => `<col style="width:${((width / TEXT_WIDTH) * 100).toFixed(3)}%">`).join('')}</colgroup>
${content.rows.map(rowHtml).join('\n')}
<tbody class="sign"><tr>${SIGNATURES.map((label) => `<th scope="row">${label}</th><td colspan="2"></td>`).join('')}</tr></tbody>
</table></div>
${proofHtml(content, qr)}
${content.simulated ? `<div class="across" aria-hidden="true"><span>${SIMULATED}</span></div>\n` : ''}</main>
${SCRIPT_OPEN}${scriptJson(certificate)}${SCRIPT_CLOSE}
</body>
</html>
`;
}

function rowHtml(row: FormRow): string {
  if (row.kind === 'lines') return linesHtml(row);
  if (row.kind === 'wide') {
    const paragraphs = row.paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('');
    return `<tr><th scope="row">${row.label}</th><td colspan="${COLUMNS.length - 1}">${paragraphs}</td></tr>`;
  }
  const cells = row.cells.map(
    ([label, value]) => `<th scope="row">${label}</th><td colspan="2">${escaped(value)}</td>`,
  );
  return `<tr>${cells.join('')}</tr>`;
}

const AREA_COLUMN = 2;

function linesHtml({ label, lines, rest }: Extract<FormRow, { kind: 'lines' }>): string {
  const wide = COLUMNS.length - 1;
  const rows = [
    LINE_HEAD.map((text) => `<th scope="col">${text}</th>`).join(''),
    ...lines.map((cells) =>
      cells.map((text, at) => `<td${at === AREA_COLUMN ? ' class="area"' : ''}>${escaped(text)}</td>`).join(''),
    ),
    ...(lines.length === 0 ? [`<td colspan="${wide}">无</td>`] : []),
    ...(rest === null ? [] : [`<td colspan="${wide}">${escaped(rest)}</td>`]),
  ];
  const first = `<th scope="row" rowspan="${rows.length}">${label}</th>`;
  return `<tbody class="lines">${rows.map((cells, at) => `<tr>${at === 0 ? first : ''}${cells}</tr>`).join('\n')}</tbody>`;
}

function proofHtml({ code, notes }: CertificateContent, qr: string): string {
  const shown = code === null ? UNSIGNED : `${CODE_LABEL}：<b id="code">${code}</b>`;
  const small = notes.map((note) => `<p>${escaped(note)}</p>`).join('');
  return `<div class="proof"><div>${small}<p class="code">${shown}</p></div>${qr.trim()}</div>`;
}
