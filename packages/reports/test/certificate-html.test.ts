import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCertificateHtml } from '../src/index.ts';
import { certificates, quotaLines, SAMPLE, signed } from './sample.ts';

/** What a reader sees: without style, data and tags. */
function visibleText(html: string): string {
  return html
    .replace(/<(?<name>script|style|title)\b[\s\S]*?<\/\k<name>>/gu, '')
    .replace(/<br>|<[^>]*>/gu, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/gu, ' ')
    .trim();
}

describe('renderCertificateHtml', () => {
  it('shows everything that a clerk needs, top to bottom', async () => {
    const certificate = signed(SAMPLE);
    const text = visibleText(await renderCertificateHtml(certificate));
    const order = [
      '住宅用地供应核查单',
      'Residential land supply check',
      '〔2025〕核字第000123号',
      '限额内可供：本年剩余 1.5000 公顷， 本宗后剩 0.3000 公顷',
      '单元 英吉沙县（653123）',
      '地块编号 YJS-07 用途 商品住宅用地（住宅占 70%）',
      '面积 1.2000 公顷（12,000 ㎡）',
      '依据 自然资办函〔2024〕918号',
      '第一条',
      '247,200.00㎡ × 12 ÷ 123,600.00㎡ = 24.0个月',
      '2025年盘活 4.3000 公顷 = 竣工 3.2000 + 收回 1.1000',
      '类别 地块 面积（㎡） 日期 来源',
      '竣工 YJS-01 32,000 2025-04-18 台账 LD-2025-003',
      '提示 计划 12.54 公顷已用 22%',
      '怎样会变 1. 去化周期超过 36 个月即暂停供应',
      '有效期至 2025年12月10日',
      '经办 审核',
      'https://quhua.kashgar.example.cn/verify',
      `核验码： ${certificate.code.match(/.{4}/gu)?.join('-')}`,
    ];
    let from = 0;
    for (const part of order) {
      const at = text.indexOf(part, from);
      expect(at, part).toBeGreaterThanOrEqual(from);
      from = at;
    }
    expect(text).not.toContain('模拟');
  });

  it('prints on one A4, with the conclusion at 22 pt', async () => {
    const html = await renderCertificateHtml(signed(SAMPLE));
    expect(html).toContain('@page { size: A4 portrait; margin: 0; }');
    expect(html.match(/class="sheet"/gu)).toHaveLength(1);
    expect(html).toMatch(/\.conclusion \{[^}]*22pt/u);
    expect(html).not.toMatch(/break-(?:before|after): *(?:page|always)/u);
  });

  it('needs nothing from elsewhere and runs nothing', async () => {
    const html = await renderCertificateHtml(signed(SAMPLE));
    expect(html).not.toMatch(/<(?:link|img|iframe|object|base|form|a)\b|\b(?:src|href|action)=|url\(|@import/iu);
    expect(html.match(/<script\b/gu)).toHaveLength(1);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).toContain('<svg');
  });

  it('escapes every value', async () => {
    const attack = `<script>alert(1)</script><img src=x onerror="alert(2)">&'"`;
    const html = await renderCertificateHtml(
      signed({ ...SAMPLE, parcelNo: attack, conclusion: attack, number: attack }),
    );
    expect(html.match(/<script\b/gu)).toHaveLength(1);
    expect(html).not.toContain('<img');
    expect(visibleText(html)).toContain('<script>alert(1)</script>');
  });

  it('has one script and one end of it, whatever the certificate says', async () => {
    await fc.assert(
      fc.asyncProperty(certificates, async (certificate) => {
        const html = await renderCertificateHtml(signed(certificate));
        expect(html.match(/<script\b/giu)).toHaveLength(1);
        expect(html.match(/<\/script/giu)).toHaveLength(1);
        expect(html.match(/<!--/gu)).toBeNull();
        expect(html.match(/class="across"/gu) ?? []).toHaveLength(certificate.simulated ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });

  it('marks what is simulated across the page and in words', async () => {
    const html = await renderCertificateHtml(signed({ ...SAMPLE, simulated: true }));
    expect(html).toContain('<p class="void">模拟数据，无效</p>');
    expect(html).toContain('<div class="across" aria-hidden="true"><span>模拟数据，无效</span></div>');
    expect(html).toMatch(/\.across span \{[^}]*rotate\(/u);
    const print = html.slice(html.indexOf('@media print'), html.indexOf('</style>'));
    expect(print).not.toMatch(/\.across|\.void|display: none/u);
  });

  it('keeps the whole list of quota lines in the data', async () => {
    const { quota } = SAMPLE;
    const html = await renderCertificateHtml(
      signed({ ...SAMPLE, quota: quota === null ? null : { ...quota, lines: quotaLines(30) } }),
    );
    expect(visibleText(html)).toContain('其余 18 笔合计 387,000 ㎡');
    expect(visibleText(html)).not.toContain('YJS-13');
    expect(html).toContain('"parcelNo":"YJS-30"');
  });

  it('says so when it is not signed', async () => {
    const html = await renderCertificateHtml(SAMPLE);
    expect(visibleText(html)).toContain('未签发，不作凭证');
    expect(html).not.toContain('<svg');
    expect(visibleText(html)).not.toContain('核验码');
  });

  it('is the same text for the same certificate', async () => {
    expect(await renderCertificateHtml(signed(SAMPLE))).toBe(
      await renderCertificateHtml(structuredClone(signed(SAMPLE))),
    );
  });
});
