import { expect, test } from 'vitest';
import { isForbiddenAddress } from '../src/index.ts';

/** What a URL's host becomes, as the program that connects sees it. */
function hostOf(url: string): string | null {
  return URL.parse(url)?.hostname ?? null;
}

const INSIDE = ['127.0.0.1', '10.0.0.5', '172.16.3.4', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'];

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function hex(part: string): string {
  return Number(part).toString(16);
}

/** Every way in which a host may be written that a resolver or a URL parser takes for that IPv4 address. */
function formsOf(address: string): string[] {
  const parts = address.split('.');
  const [a = '', b = '', c = '', d = ''] = parts;
  const all = numberOf(address);
  const low = (Number(c) * 256 + Number(d)).toString();
  const pair = (x: string, y: string): string => (Number(x) * 256 + Number(y)).toString(16);
  const v6 = `${pair(a, b)}:${pair(c, d)}`;
  return [
    address,
    `${address}.`,
    String(all),
    `0x${all.toString(16)}`,
    `0${all.toString(8)}`,
    parts.map((part) => `0x${hex(part)}`).join('.'),
    parts.map((part) => `0${Number(part).toString(8)}`).join('.'),
    parts.map((part) => `00${Number(part).toString(8)}`).join('.'),
    `${a}.${b}.${low}`,
    `${a}.${Number(b) * 65_536 + Number(low)}`,
    `0x${hex(a)}.${b}.${low}`,
    parts.map((part) => [...part].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')).join('.'),
    parts.join('。'),
    parts.join('．'),
    `%3${a[0]}${a.slice(1)}.${b}.${c}.${d}`,
    `[::ffff:${address}]`,
    `[::ffff:${v6}]`,
    `[0:0:0:0:0:ffff:${v6}]`,
    `[::${v6}]`,
    `[::ffff:0:${v6}]`,
    `[64:ff9b::${v6}]`,
    `[64:ff9b::${address}]`,
    `[2002:${v6}::1]`,
    `[2001:db8::5efe:${v6}]`,
    `[2a00::200:5efe:${v6}]`,
  ];
}

const OTHERS = [
  '[::1]',
  '[::]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[64:ff9b:1::1]',
  '[2001:db8::1]',
  '[2001::1]',
  '[100::1]',
  '224.0.0.1',
  '239.255.255.250',
  '255.255.255.255',
  '240.0.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.9',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f.1',
  '017700000001',
  '127.255.255.254',
  '[::ffff:7f00:1]',
];
const FORMS = [...INSIDE.flatMap(formsOf), ...OTHERS];

test('there are some 200 forms', () => {
  expect(FORMS.length).toBeGreaterThanOrEqual(200);
});

test('no form of an address inside is let through, whatever a URL makes of it', () => {
  const let_through = FORMS.flatMap((form) => {
    const host = hostOf(`http://${form}/x`);
    return host === null || isForbiddenAddress(host) ? [] : [`${form} → ${host}`];
  });
  expect(let_through).toEqual([]);
});

test.each([
  '8.8.8.8',
  '223.5.5.5',
  '[2400:3200::1]',
  '[2606:4700:4700::1111]',
  '[::ffff:8.8.8.8]',
  '[64:ff9b::808:808]',
  '1.1',
  '172.32.0.1',
  '100.128.0.1',
])('%s is public', (form) => {
  expect(isForbiddenAddress(hostOf(`http://${form}/`) ?? '')).toBe(false);
});

test('what is no address at all is not let through', () => {
  for (const text of ['', 'localhost', 'a.example', '1.2.3', '::g']) expect(isForbiddenAddress(text)).toBe(true);
});
