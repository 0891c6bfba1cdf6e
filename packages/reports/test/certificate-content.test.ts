import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateContent, type FormRow } from '../src/certificate-content.ts';
import { cut, linesOf, textHeight } from '../src/fit.ts';
import { certificates, monstrous, quotaLines, SAMPLE, signed } from './sample.ts';

function paragraphsOf(rows: readonly FormRow[], label: string): readonly string[] {
  const row = rows.find((one) => one.kind === 'wide' && one.label === label);
  return row?.kind === 'wide' ? row.paragraphs : [];
}

function linesRow(rows: readonly FormRow[]): Extract<FormRow, { kind: 'lines' }> | undefined {
  return rows.find((row) => row.kind === 'lines');
}

const { assessment, quota } = SAMPLE;
if (assessment === null || quota === null) throw new Error('the sample has both');

describe('the words of a certificate', () => {
  const { rows, conclusion } = certificateContent(SAMPLE);

  it('begin with the conclusion, whose lines end with a phrase', () => {
    expect(conclusion).toEqual(['限额内可供：本年剩余 1.5000 公顷，', '本宗后剩 0.3000 公顷']);
    expect(certificateContent({ ...SAMPLE, conclusion: '可供，不受限' }).conclusion).toEqual(['可供，不受限']);
  });

  it('say parcel, use and exact area', () => {
    expect(rows.filter((row) => row.kind === 'pair')).toEqual([
      {
        kind: 'pair',
        cells: [
          ['辖区', '喀什地区'],
          ['单元', '英吉沙县（653123）'],
        ],
      },
      {
        kind: 'pair',
        cells: [
          ['地块编号', 'YJS-07'],
          ['用途', '商品住宅用地（住宅占 70%）'],
        ],
      },
      {
        kind: 'pair',
        cells: [
          ['面积', '1.2000 公顷（12,000 ㎡）'],
          ['核查日期', '2025年11月22日'],
        ],
      },
      {
        kind: 'pair',
        cells: [
          ['有效期至', '2025年12月10日'],
          ['出单时间', '2025-11-22 18:05'],
        ],
      },
    ]);
  });

  it('cite the rule with its clause, once', () => {
    const cited = '自然资办函〔2024〕918号《自然资源部办公厅关于做好2024年住宅用地供应有关工作的通知》第一条';
    expect(paragraphsOf(rows, '依据')).toEqual([cited]);
    expect(paragraphsOf(rows, '理由').join('')).not.toContain('918号');
    const other = certificateContent({ ...SAMPLE, rule: { ...SAMPLE.rule, citation: '另见实施细则' } });
    expect(paragraphsOf(other.rows, '依据')).toEqual([cited, '另见实施细则']);
  });

  it('print the formula with its numbers, and a provisional figure as such', () => {
    expect(paragraphsOf(rows, '去化周期')).toEqual([
      '2025年10月：24.0个月，档次 SWAP',
      '247,200.00㎡ × 12 ÷ 123,600.00㎡ = 24.0个月',
      '口径 net-signed-12m，数据截至 2025-11-12 09:30',
    ]);
    const provisional = certificateContent({ ...SAMPLE, assessment: { ...assessment, provisional: true } });
    expect(paragraphsOf(provisional.rows, '去化周期')[0]).toBe('2025年10月：24.0个月，档次 SWAP（初步值）');
    expect(paragraphsOf(certificateContent({ ...SAMPLE, assessment: null }).rows, '去化周期')).toEqual([
      '没有可用的去化周期',
    ]);
    const exempt = certificateContent({ ...SAMPLE, decision: 'EXEMPT', assessment: null });
    expect(paragraphsOf(exempt.rows, '去化周期')).toEqual(['不适用']);
  });

  it('add the quota up', () => {
    expect(paragraphsOf(rows, '本年限额')).toEqual([
      '2025年盘活 4.3000 公顷 = 竣工 3.2000 + 收回 1.1000',
      '已占 2.8000 公顷 = 预留 0.8000 + 确认 2.0000',
      '剩余 1.5000 公顷（15,000 ㎡）',
    ]);
    const carried = certificateContent({ ...SAMPLE, quota: { ...quota, carried: '5000', remaining: '20000' } });
    expect(paragraphsOf(carried.rows, '本年限额')[0]).toBe(
      '2025年限额 4.8000 公顷 = 结转 0.5000 + 竣工 3.2000 + 收回 1.1000',
    );
    expect(paragraphsOf(certificateContent({ ...SAMPLE, quota: null }).rows, '本年限额')).toEqual(['不涉及']);
  });

  it('show at most twelve quota lines, and the sum of the rest by kind', () => {
    const of = (count: number) =>
      linesRow(certificateContent({ ...SAMPLE, quota: { ...quota, lines: quotaLines(count) } }).rows);
    expect(of(0)).toMatchObject({ lines: [], rest: null });
    expect(of(12)).toMatchObject({ rest: null });
    expect(of(12)?.lines).toHaveLength(12);
    expect(of(13)?.lines).toHaveLength(12);
    expect(of(13)?.rest).toBe('其余 1 笔合计 13,000 ㎡，明细见电子件');
    expect(of(17)?.rest).toBe(
      '其余 5 笔合计 75,000 ㎡（竣工 30,000，收回 14,000，确认 15,000，预留 16,000），明细见电子件',
    );
    expect(of(1)?.lines[0]).toEqual(['竣工', 'YJS-1', '1,000', '2025-03-11', '台账 LD-2025-1']);
  });

  it('number more than one reason, and say 无 where there is none', () => {
    expect(paragraphsOf(rows, '提示')).toEqual(['计划 12.54 公顷已用 22%']);
    expect(paragraphsOf(rows, '怎样会变').map((text) => text.slice(0, 2))).toEqual(['1.', '2.']);
    expect(paragraphsOf(certificateContent({ ...SAMPLE, warnings: [] }).rows, '提示')).toEqual(['无']);
  });

  it('hold no letter that would break a file or turn the reading order', () => {
    const { rows: clean } = certificateContent({ ...SAMPLE, parcelNo: 'a\u202eb\u0000c\ud800d\te' });
    expect(clean[1]).toMatchObject({ cells: [['地块编号', 'a\ufffdb\ufffdc\ufffdd e'], expect.anything()] });
  });

  it('have a QR code of the address with the code, or of the code alone', () => {
    const certificate = signed(SAMPLE);
    expect(certificateContent(certificate).qr).toBe(`https://quhua.kashgar.example.cn/verify?code=${certificate.code}`);
    expect(certificateContent({ ...certificate, verifyAddress: null }).qr).toBe(certificate.code);
    expect(certificateContent({ ...certificate, verifyAddress: `https://x/${'a'.repeat(4000)}` }).qr).toBe(
      certificate.code,
    );
    expect(certificateContent(SAMPLE)).toMatchObject({ qr: null, code: null });
  });
});

describe('one page', () => {
  it('is set in large type with the usual margins where there is room, and smaller where there is not', () => {
    const short = { ...SAMPLE, quota: null, assessment: null, reasons: [], warnings: [], changes: [] };
    expect(certificateContent(short)).toMatchObject({ sizePt: 12, margins: { top: 37, bottom: 35 } });
    const full = certificateContent({ ...SAMPLE, quota: { ...quota, lines: quotaLines(30) } });
    expect(full.sizePt).toBeGreaterThanOrEqual(9);
    expect(linesRow(full.rows)?.lines).toHaveLength(12);
  });

  it.each([
    ['Chinese', '盘活多少、供应多少，'],
    ['English', 'as much land as was revitalised '],
    ['one word', 'aaaaaaaaaaaaaaa'],
    ['capitals', 'WWWWWWWWWWWW'],
  ])('holds even what is far too long: %s', (_, phrase) => {
    const content = certificateContent(monstrous(phrase.repeat(60)));
    expect(content.heightMm).toBeLessThanOrEqual(textHeight(content.margins));
    expect(content.notes.join('')).toContain('因版面所限部分文字从略');
    expect(content.conclusion.join('')).toMatch(/…$/u);
    expect(paragraphsOf(content.rows, '理由').at(-1)).toMatch(/（另有 \d+ 条见电子件）$/u);
    expect(paragraphsOf(content.rows, '去化周期')).toHaveLength(3);
  });

  it('holds any certificate', () => {
    fc.assert(
      fc.property(certificates, (certificate) => {
        const content = certificateContent(certificate);
        expect(content.heightMm).toBeLessThanOrEqual(textHeight(content.margins));
      }),
    );
  });

  it('cuts a text to the lines that it was given, and only where it must', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 4 }), (text, lines) => {
        const place = { width: 60, sizePt: 10 };
        const shown = cut(text, lines, place);
        expect(linesOf(shown, place)).toBeLessThanOrEqual(lines);
        if (linesOf(text, place) <= lines) expect(shown).toBe(text);
        else expect(text.startsWith(shown.slice(0, -1))).toBe(true);
      }),
    );
  });
});
