import { describe, expect, it } from 'vitest';
import { renderCertificateJson } from '../src/index.ts';
import { SAMPLE, signed } from './sample.ts';

describe('renderCertificateJson', () => {
  const certificate = signed(SAMPLE);

  it('is the whole certificate, number and answer first', () => {
    const json = renderCertificateJson(certificate);
    expect(JSON.parse(json)).toEqual(certificate);
    expect(Object.keys(JSON.parse(json)).slice(0, 5)).toEqual([
      'number',
      'code',
      'simulated',
      'decision',
      'conclusion',
    ]);
    expect(json.endsWith('}\n')).toBe(true);
  });

  it('is the same text for another order of keys', () => {
    const { quota, ...rest } = certificate;
    expect(renderCertificateJson({ quota, ...rest })).toBe(renderCertificateJson(certificate));
    const turned = { ...certificate, region: { name: certificate.region.name, code: certificate.region.code } };
    expect(renderCertificateJson(turned)).toBe(renderCertificateJson(certificate));
  });
});
