import type { LandCertificate } from '@quhua/core';

/** What people look for first stands first; below the first level, and for fields not named here, the alphabet decides. */
const FIRST: readonly string[] = [
  'number',
  'code',
  'simulated',
  'decision',
  'conclusion',
  'jurisdiction',
  'region',
  'parcelNo',
  'use',
  'areaSqm',
  'residentialShare',
  'date',
  'validUntil',
] satisfies readonly (keyof LandCertificate)[];

/** The whole certificate as JSON. Shapes: the same certificate is the same text, however it was put together. */
export function renderCertificateJson(certificate: LandCertificate): string {
  const members = Object.entries(certificate).sort(
    ([one], [other]) => rankOf(one) - rankOf(other) || (one < other ? -1 : 1),
  );
  return `${JSON.stringify(Object.fromEntries(members), sortedKeys, 2)}\n`;
}

function rankOf(key: string): number {
  const at = FIRST.indexOf(key);
  return at < 0 ? FIRST.length : at;
}

/** The outermost object has the empty key; it is in order already. */
function sortedKeys(key: string, value: unknown): unknown {
  if (key === '' || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
