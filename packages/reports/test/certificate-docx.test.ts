import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderCertificateDocx } from '../src/index.ts';
import { certificates, monstrous, SAMPLE, signed } from './sample.ts';
import { unzip } from './unzip.ts';

function textOf(xml: string): string {
  return [...xml.matchAll(/<w:t(?:\s[^>]*)?>([^<]*)</gu)].map(([, text]) => text).join('|');
}

async function partsOf(certificate: typeof SAMPLE): Promise<{ document: string; part: (name: string) => string }> {
  const parts = await unzip(await renderCertificateDocx(certificate));
  return { document: parts.get('word/document.xml') ?? '', part: (name) => parts.get(name) ?? '' };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('renderCertificateDocx', () => {
  it('says what the page says', async () => {
    const { document } = await partsOf(signed(SAMPLE));
    const text = textOf(document);
    for (const part of [
      '住宅用地供应核查单',
      '〔2025〕核字第000123号',
      '限额内可供：本年剩余 1.5000 公顷，|本宗后剩 0.3000 公顷',
      '地块编号|YJS-07|用途|商品住宅用地（住宅占 70%）',
      '1.2000 公顷（12,000 ㎡）',
      '247,200.00㎡ × 12 ÷ 123,600.00㎡ = 24.0个月',
      '限额明细|类别|地块|面积（㎡）|日期|来源|竣工|YJS-01|32,000|2025-04-18|台账 LD-2025-003',
      '有效期至|2025年12月10日',
      '经办',
      '审核',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('is one A4 with one section and no break, in real tables', async () => {
    for (const certificate of [SAMPLE, monstrous('盘活多少、供应多少，'.repeat(30))]) {
      const { document } = await partsOf(signed(certificate));
      expect(document.match(/<w:sectPr\b/gu)).toHaveLength(1);
      expect(document).toMatch(/<w:pgSz w:w="11906" w:h="16838"/u);
      expect(document).not.toMatch(/w:type="page"|w:pageBreakBefore|w:lastRenderedPageBreak/u);
      expect(document.match(/<w:tbl>/gu)).toHaveLength(2);
      expect(document).not.toContain('linesAndChars');
    }
  });

  it('names the fonts of official documents, and others for where they are missing', async () => {
    const { document, part } = await partsOf(signed(SAMPLE));
    expect(document).toContain('w:eastAsia="方正小标宋简体"');
    expect(document).toContain('w:eastAsia="黑体"');
    expect(part('word/styles.xml')).toContain('w:eastAsia="仿宋_GB2312"');
    expect(part('word/fontTable.xml')).toContain('<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong,');
    expect(document).toMatch(/<w:sz w:val="44"\/>/u); // the conclusion: 22 pt
  });

  it('is the same bytes whenever it is written', async () => {
    const certificate = signed({ ...SAMPLE, simulated: true });
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
    const first = await renderCertificateDocx(certificate);
    vi.setSystemTime(new Date('2031-07-09T12:34:56Z'));
    expect(Buffer.compare(first, await renderCertificateDocx(structuredClone(certificate)))).toBe(0);
    const core = (await unzip(first)).get('docProps/core.xml');
    expect(core).toContain('<dcterms:created xsi:type="dcterms:W3CDTF">2025-11-22T10:05:33Z</dcterms:created>');
    expect(core).toContain('<dcterms:modified xsi:type="dcterms:W3CDTF">2025-11-22T10:05:33Z</dcterms:modified>');
  });

  it('marks what is simulated above the form and across it', async () => {
    const { part } = await partsOf(signed({ ...SAMPLE, simulated: true }));
    const header = part('word/header1.xml');
    expect(textOf(header)).toBe('模拟数据，无效');
    expect(header).toMatch(/<v:textpath[^>]*string="模拟数据，无效"/u);
    expect(header).toContain('rotation:308');
    expect((await partsOf(signed(SAMPLE))).part('word/header1.xml')).toBe('');
  });

  it('keeps the certificate in properties that no office program shortens', async () => {
    const { part } = await partsOf(signed(monstrous('限额 '.repeat(50))));
    const values = [...part('docProps/custom.xml').matchAll(/<vt:lpwstr>([^<]*)</gu)].map(([, value]) => value ?? '');
    expect(values.length).toBeGreaterThan(10);
    expect(Math.max(...values.map(({ length }) => length))).toBeLessThan(800); // with its entities
    expect(values.every((value) => value === value.trim() && value !== '')).toBe(true);
  });

  it('carries its QR code as a picture, and none when it is not signed', async () => {
    const names = async (certificate: typeof SAMPLE) => [
      ...(await unzip(await renderCertificateDocx(certificate))).keys(),
    ];
    expect((await names(signed(SAMPLE))).filter((name) => name.endsWith('.png'))).toHaveLength(1);
    expect((await names(SAMPLE)).filter((name) => name.endsWith('.png'))).toHaveLength(0);
    expect(textOf((await partsOf(SAMPLE)).document)).toContain('未签发，不作凭证');
  });

  it('is XML whatever the certificate says', async () => {
    await fc.assert(
      fc.asyncProperty(certificates, async (certificate) => {
        const { document, part } = await partsOf(signed(certificate));
        for (const xml of [document, part('docProps/custom.xml'), part('docProps/core.xml')]) {
          expect(xml).not.toMatch(/(?!\s)\p{Cc}|[\ufffe\uffff]|&(?!amp;|lt;|gt;|quot;|apos;|#)/u);
          expect(xml.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});
