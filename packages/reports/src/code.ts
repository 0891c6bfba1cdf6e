import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError, CODE_ALPHABET, certificateText, type LandCertificate, parseCode } from '@quhua/core';

const CODE_LENGTH = 16;
const BITS_PER_LETTER = 5;

/**
 * The code that belongs to a certificate's content under a key: the first 80 bits of its HMAC-SHA256.
 *
 * Shapes: 16 characters; the certificate's own `code` takes no part. Errors: invalid/CERTIFICATE_KEY if the key is empty.
 */
export function certificateCode(certificate: LandCertificate, key: string): string {
  if (key === '') throw new AppError('invalid', 'CERTIFICATE_KEY', '核查单的签名密钥为空 / the signing key is empty');
  const digest = createHmac('sha256', key).update(certificateText(certificate), 'utf8').digest('hex');
  const bits = BigInt(`0x${digest}`) >> BigInt(256 - CODE_LENGTH * BITS_PER_LETTER);
  return Array.from({ length: CODE_LENGTH }, (_, at) => {
    const letter = (bits >> BigInt((CODE_LENGTH - 1 - at) * BITS_PER_LETTER)) & 31n;
    return CODE_ALPHABET.charAt(Number(letter));
  }).join('');
}

/**
 * Whether a certificate's code belongs to its content under one of the keys; older keys stay in the list after a change.
 *
 * Shapes: every key is tried, and each comparison takes the same time. Missing: no code and no key is false.
 * Errors: as `certificateCode`.
 */
export function verifyCode(certificate: LandCertificate, keys: readonly string[]): boolean {
  const code = parseCode(certificate.code);
  if (code === null) return false;
  const claimed = Buffer.from(code, 'ascii');
  let found = false;
  for (const key of keys) {
    const expected = Buffer.from(certificateCode(certificate, key), 'ascii');
    found = timingSafeEqual(claimed, expected) || found;
  }
  return found;
}
