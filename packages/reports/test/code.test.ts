import { createHmac } from 'node:crypto';
import { CODE_ALPHABET, certificateText, formatCode, type LandCertificate, parseCode } from '@quhua/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateCode, verifyCode } from '../src/index.ts';
import { certificates, KEY, SAMPLE, signed } from './sample.ts';

const code = fc
  .array(fc.constantFrom(...CODE_ALPHABET), { minLength: 16, maxLength: 16 })
  .map((letters) => letters.join(''));

describe('the text that is signed', () => {
  it('has sorted keys at every depth, no blanks and no code of its own, but the codes of reasons', () => {
    const text = certificateText({ ...SAMPLE, code: 'X' });
    expect(text).toMatch(/^\{"areaSqm":"12000","assessment":\{"asOf":"2025-11-12T01:30:00.000Z","definition":/u);
    expect(text).toContain('"warnings":[{"code":"PLAN_USED","text":"计划 12.54 公顷已用 22%"}]');
    expect(text.match(/"code":/gu)).toHaveLength(6); // jurisdiction, region, one reason, one warning, two changes
    expect(text).toBe(certificateText(SAMPLE));
  });

  it('is the same for another order of keys, and holds what a later version adds', () => {
    fc.assert(
      fc.property(certificates, (certificate) => {
        expect(certificateText(reversed(certificate))).toBe(certificateText(certificate));
        expect(JSON.parse(certificateText(certificate))).toEqual(
          JSON.parse(JSON.stringify({ ...certificate, code: undefined })),
        );
      }),
    );
    expect(certificateText({ ...SAMPLE, seal: 'x' } as LandCertificate)).toContain('"seal":"x"');
  });

  it('does not normalise: two spellings of one letter are two contents', () => {
    expect(certificateText({ ...SAMPLE, parcelNo: 'é' })).not.toBe(certificateText({ ...SAMPLE, parcelNo: 'e\u0301' }));
  });
});

describe('certificateCode', () => {
  it('is the first 80 bits of the HMAC in letters of five bits', () => {
    expect(certificateCode(SAMPLE, KEY)).toBe(bitByBit(SAMPLE, KEY));
    fc.assert(
      fc.property(certificates, fc.string({ minLength: 1 }), (certificate, key) => {
        expect(certificateCode(certificate, key)).toBe(bitByBit(certificate, key));
      }),
    );
  });

  it('changes with any field, at any depth', () => {
    const original = certificateCode(SAMPLE, KEY);
    const seen = new Set([original]);
    for (const path of leaves(SAMPLE)) seen.add(certificateCode(changed(SAMPLE, path), KEY));
    expect(seen.size).toBe(leaves(SAMPLE).length + 1);
  });

  it('changes with any change of any certificate', () => {
    fc.assert(
      fc.property(certificates, fc.nat(), (certificate, pick) => {
        const paths = leaves(certificate);
        const path = paths[pick % paths.length] ?? [];
        expect(certificateCode(changed(certificate, path), KEY)).not.toBe(certificateCode(certificate, KEY));
      }),
    );
  });

  it('changes when two values change places, or a text moves into the next field', () => {
    const original = certificateCode(SAMPLE, KEY);
    expect(certificateCode({ ...SAMPLE, parcelNo: SAMPLE.use, use: SAMPLE.parcelNo }, KEY)).not.toBe(original);
    expect(certificateCode({ ...SAMPLE, changes: SAMPLE.changes.toReversed() }, KEY)).not.toBe(original);
    expect(certificateCode({ ...SAMPLE, warnings: [] }, KEY)).not.toBe(original);
    expect(certificateCode({ ...SAMPLE, quota: null }, KEY)).not.toBe(original);
  });

  it('is refused under an empty key', () => {
    expect(() => certificateCode(SAMPLE, '')).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'CERTIFICATE_KEY' }),
    );
  });
});

describe('verifyCode', () => {
  const certificate = signed(SAMPLE);

  it('finds the key among the current and the earlier ones', () => {
    expect(verifyCode(certificate, [KEY])).toBe(true);
    expect(verifyCode(certificate, ['a newer key', KEY, 'an older key'])).toBe(true);
    expect(verifyCode(certificate, ['a newer key'])).toBe(false);
    expect(verifyCode(certificate, [])).toBe(false);
  });

  it('takes a code as people write it', () => {
    expect(verifyCode({ ...certificate, code: formatCode(certificate.code).toLowerCase() }, [KEY])).toBe(true);
  });

  it('refuses every other code', () => {
    for (const other of ['', 'ABCD', `${certificate.code}A`])
      expect(verifyCode({ ...certificate, code: other }, [KEY])).toBe(false);
    for (let at = 0; at < 16; at += 1) {
      const letter = certificate.code[at] === 'A' ? 'B' : 'A';
      const other = certificate.code.slice(0, at) + letter + certificate.code.slice(at + 1);
      expect(verifyCode({ ...certificate, code: other }, [KEY])).toBe(false);
    }
  });
});

describe('codes on paper', () => {
  it('have an alphabet of 32 letters of which none is taken for another', () => {
    expect(new Set(CODE_ALPHABET).size).toBe(32);
    expect(CODE_ALPHABET).not.toMatch(/[01OI]/u);
  });

  it('come back from groups of four, in any case and width', () => {
    fc.assert(
      fc.property(code, (plain) => {
        const printed = formatCode(plain);
        expect(printed).toMatch(/^.{4}-.{4}-.{4}-.{4}$/u);
        const wide = [...printed].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join('');
        for (const text of [
          plain,
          printed,
          printed.toLowerCase(),
          ` ${printed}\n`,
          printed.replaceAll('-', ' – '),
          wide,
          wide.toLowerCase(),
        ]) {
          expect(parseCode(text)).toBe(plain);
        }
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['ABCD-EFGH-JKLM-NPQ', 'too short'],
    ['ABCD-EFGH-JKLM-NPQRS', 'too long'],
    ['ABCD-EFGH-JKLM-NPQ0', 'a zero is not guessed to be an O, which is not in it either'],
    ['ABCD-EFGH-JKLM-NPQO', 'a letter O'],
    ['ABCD-EFGH-JKLM-NPQ1', 'a one'],
    ['ABCD-EFGH-JKLM-NPQI', 'a letter I'],
    ['ABCD-EFGH-JKLM-NPQı', 'a dotless i'],
    ['ABCD-EFGH-JKLM-NPß', 'its upper case is two letters'],
    ['ABCD.EFGH.JKLM.NPQR', 'dots are no hyphens'],
  ])('%j is none: %s', (text) => {
    expect(parseCode(text)).toBeNull();
  });

  it('are 16 letters of the alphabet or null, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const parsed = parseCode(text);
        if (parsed !== null)
          expect([...parsed].every((letter) => CODE_ALPHABET.includes(letter)) && parsed.length === 16).toBe(true);
      }),
    );
  });
});

/** Independent of the code under test: bits as text. */
function bitByBit(certificate: LandCertificate, key: string): string {
  const digest = createHmac('sha256', key)
    .update(Buffer.from(certificateText(certificate), 'utf8'))
    .digest();
  const bits = [...digest.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/gu) ?? []).map((five) => CODE_ALPHABET[Number.parseInt(five, 2)]).join('');
}

function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T; // safe: the same shape
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  ) as T; // safe: as above
}

type Path = readonly string[];

/** The ways to everything that is not an object or a list, but the certificate's own code. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return path.length === 1 && path[0] === 'code' ? [] : [path];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function changed(certificate: LandCertificate, path: Path): LandCertificate {
  const copy = structuredClone(certificate);
  let parent: object = copy;
  for (const key of path.slice(0, -1)) parent = Reflect.get(parent, key) as object; // safe: the path was found in it
  const key = path.at(-1) ?? '';
  const value: unknown = Reflect.get(parent, key);
  const other =
    typeof value === 'boolean'
      ? !value
      : typeof value === 'number'
        ? value + 1
        : value === null
          ? ''
          : `${String(value)} `;
  Reflect.set(parent, key, other);
  return copy;
}
