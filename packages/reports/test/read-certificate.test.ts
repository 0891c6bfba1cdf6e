import { certificateText, formatCode } from '@quhua/core';
import { Document, Packer, Paragraph } from 'docx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readCertificateFile,
  renderCertificateDocx,
  renderCertificateHtml,
  renderCertificateJson,
  verifyCode,
} from '../src/index.ts';
import { certificates, KEY, monstrous, SAMPLE, signed } from './sample.ts';

const UNKNOWN = { kind: 'unknown', certificate: null, code: null, visibleCode: null };

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const RENDERERS = {
  html: async (certificate: typeof SAMPLE) => utf8(await renderCertificateHtml(certificate)),
  docx: renderCertificateDocx,
  json: async (certificate: typeof SAMPLE) => utf8(renderCertificateJson(certificate)),
} as const;

describe.each(Object.entries(RENDERERS))('a rendered %s', (kind, render) => {
  it('comes back as it was', async () => {
    const certificate = signed(SAMPLE);
    const reading = await readCertificateFile(await render(certificate));
    expect(reading).toEqual({ kind, certificate, code: certificate.code, visibleCode: certificate.code });
    expect(reading.certificate !== null && verifyCode(reading.certificate, [KEY])).toBe(true);
  });

  it('comes back whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(certificates, async (given) => {
        const certificate = signed(given);
        const reading = await readCertificateFile(await render(certificate));
        expect(reading).toMatchObject({ kind, code: certificate.code, visibleCode: certificate.code });
        expect(reading.certificate !== null && verifyCode(reading.certificate, [KEY])).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('comes back when it is far too long for its page', async () => {
    const certificate = signed(monstrous('盘活多少、供应多少 as much as was revitalised，'.repeat(10)));
    const { certificate: read } = await readCertificateFile(await render(certificate));
    expect(read !== null && certificateText(read) === certificateText(certificate)).toBe(true); // a difference would fill the screen
  });

  it('has no code when it was not signed', async () => {
    expect(await readCertificateFile(await render(SAMPLE))).toEqual({
      kind,
      certificate: SAMPLE,
      code: null,
      visibleCode: null,
    });
  });

  it('is never an error when it is cut off or changed', async () => {
    const bytes = await render(signed(SAMPLE));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const damaged = isCut ? bytes.slice(0, at) : Uint8Array.from(bytes);
        if (!isCut) damaged[at] = byte;
        const reading = await readCertificateFile(damaged);
        const { certificate } = reading;
        const isUntouched = certificate !== null && verifyCode(certificate, [KEY]);
        if (isUntouched) expect(certificate).toEqual(signed(SAMPLE));
        else expect(['html', 'docx', 'json', 'unknown']).toContain(reading.kind);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a file that was put together from others', () => {
  it('shows one code and holds another', async () => {
    const [certificate, other] = [signed(SAMPLE), signed({ ...SAMPLE, parcelNo: 'YJS-08' })];
    const html = await renderCertificateHtml(certificate);
    const swapped = html.replace(formatCode(certificate.code), formatCode(other.code));
    expect(await readCertificateFile(utf8(swapped))).toMatchObject({ code: certificate.code, visibleCode: other.code });
  });

  it('holds two certificates, and so none', async () => {
    const html = await renderCertificateHtml(signed(SAMPLE));
    const block = /<script type="application\/json"[\s\S]*?<\/script>/u.exec(html)?.[0] ?? '';
    const reading = await readCertificateFile(utf8(html.replace('</body>', `${block}</body>`)));
    expect(reading).toMatchObject({ kind: 'html', certificate: null, code: null });
  });

  it('was changed in its data: it is read, and does not verify', async () => {
    const html = await renderCertificateHtml(signed(SAMPLE));
    const { certificate } = await readCertificateFile(utf8(html.replace('"areaSqm":"12000"', '"areaSqm":"92000"')));
    expect(certificate?.areaSqm).toBe('92000');
    expect(certificate !== null && verifyCode(certificate, [KEY])).toBe(false);
  });

  it('is not of the form of a certificate: its code is told, nothing else', async () => {
    const certificate = signed(SAMPLE);
    for (const wrong of [
      { ...certificate, areaSqm: '1.5' },
      { ...certificate, decision: 'MAYBE' },
      { ...certificate, timezone: 'Mars/Olympus' },
      { ...certificate, issuedAt: '2025-99-99T00:00:00Z' },
      { ...certificate, reasons: null },
      { ...certificate, quota: { ...certificate.quota, lines: [{}] } },
      { ...certificate, simulated: 'false' },
    ]) {
      expect(await readCertificateFile(utf8(JSON.stringify(wrong)))).toEqual({
        kind: 'json',
        certificate: null,
        code: certificate.code,
        visibleCode: certificate.code,
      });
    }
  });
});

describe('another file', () => {
  it.each([
    ['nothing', utf8('')],
    ['text', utf8('住宅用地供应核查单')],
    ['JSON of something else', utf8('{"a":1}')],
    ['JSON null', utf8('null')],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)],
    ['an empty zip', Uint8Array.of(0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0))],
    ['the first letters of a zip', utf8('PK')],
    ['too large a file', new Uint8Array(9 * 1024 * 1024)],
  ])('%s is unknown', async (_, bytes) => {
    expect(await readCertificateFile(bytes)).toEqual(UNKNOWN);
  });

  it('a page and a document of their own kind hold no certificate', async () => {
    const page = utf8('\n<!doctype html><title>核验码：ABCD</title>');
    expect(await readCertificateFile(page)).toEqual({ ...UNKNOWN, kind: 'html' });
    const letter = new Document({ sections: [{ children: [new Paragraph('核验码：ABCD-EFGH-JKLM-NPQR')] }] });
    const reading = await readCertificateFile(await Packer.pack(letter, 'uint8array'));
    expect(reading).toEqual({ kind: 'docx', certificate: null, code: null, visibleCode: 'ABCDEFGHJKLMNPQR' });
  });

  it('random bytes are never an error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', 'PK', '<html>', '{'),
        async (bytes, start) => {
          expect((await readCertificateFile(Buffer.concat([utf8(start), bytes]))).certificate).toBeNull();
        },
      ),
    );
  });
});
