import type { LandCertificate } from '@quhua/core';
import { Document, Packer } from 'docx';
import { toBuffer as qrPng } from 'qrcode';
import { type CertificateContent, certificateContent } from './certificate-content.ts';
import { body, twips, voidHeader } from './docx-form.ts';
import { FANG_SONG, fixedParts } from './docx-parts.ts';
import { jsonProperties } from './embed.ts';
import { PAGE, VOID_ABOVE } from './fit.ts';
import { TITLE } from './words.ts';
import { setZipTime } from './zip-time.ts';

const QR_PIXELS = 400;

/**
 * The certificate as a Word document of one A4 page, with its JSON in the custom properties.
 *
 * Shapes: the same certificate is the same bytes. Errors: invalid/CERTIFICATE_AREA.
 */
export async function renderCertificateDocx(certificate: LandCertificate): Promise<Uint8Array> {
  const content = certificateContent(certificate);
  const qr =
    content.qr === null ? null : await qrPng(content.qr, { margin: 1, errorCorrectionLevel: 'M', width: QR_PIXELS });
  const document = documentOf(content, { qr, properties: jsonProperties(certificate) });
  const bytes = await Packer.pack(document, 'uint8array', undefined, fixedParts(certificate, TITLE));
  setZipTime(bytes, new Date(certificate.issuedAt));
  return bytes;
}

type Extras = { readonly qr: Uint8Array | null; readonly properties: { name: string; value: string }[] };

function documentOf(content: CertificateContent, { qr, properties }: Extras): Document {
  const { top, bottom } = content.margins;
  return new Document({
    customProperties: properties,
    styles: {
      default: {
        document: {
          run: {
            font: { ascii: FANG_SONG, hAnsi: FANG_SONG, eastAsia: FANG_SONG },
            language: { value: 'zh-CN', eastAsia: 'zh-CN' },
          },
          paragraph: { spacing: { before: 0, after: 0 } },
        },
      },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: twips(PAGE.width), height: twips(PAGE.height) },
            margin: {
              top: twips(top),
              right: twips(PAGE.right),
              bottom: twips(bottom),
              left: twips(PAGE.left),
              header: twips(top - VOID_ABOVE),
              footer: twips(10),
            },
          },
        },
        ...(content.simulated ? { headers: { default: voidHeader() } } : {}),
        children: body(content, qr),
      },
    ],
  });
}
