import ipaddr from 'ipaddr.js';

/**
 * Whether an address is not on the public internet: private, loopback, link-local, unique local, multicast, reserved …,
 * also inside another form of it (mapped, NAT64, 6to4, ISATAP). What is no address is forbidden too.
 */
export function isForbiddenAddress(text: string): boolean {
  const bare = text.replace(/^\[|\]$/gu, '').replace(/%.*$/u, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return isForbidden4(ipaddr.IPv4.parse(bare));
  return !ipaddr.IPv6.isValid(bare) || isForbidden6(ipaddr.IPv6.parse(bare));
}

function isForbidden4(address: ipaddr.IPv4): boolean {
  const [a = 0, b = 0, c = 0] = address.octets;
  if (a === 192 && b === 0 && c === 0) return true; // protocol assignments
  if (a === 198 && (b === 18 || b === 19)) return true; // benchmarks
  return address.range() !== 'unicast';
}

/** IPv4-compatible of old, local translation (RFC 8215), site-local of old, and what must not be routed at all. */
const FORBIDDEN6 = [
  '::/96',
  '64:ff9b:1::/48',
  'fec0::/10',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
].map((range) => ipaddr.IPv6.parseCIDR(range));

function isForbidden6(address: ipaddr.IPv6): boolean {
  if (FORBIDDEN6.some((range) => address.match(range))) return true;
  const inner = embedded4(address);
  if (inner !== null) return isForbidden4(inner);
  return address.range() !== 'unicast';
}

/** The IPv4 address that an IPv6 address stands for, if it does. */
function embedded4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const parts = address.parts;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = parts;
  const low = new ipaddr.IPv4([g >> 8, g & 255, h >> 8, h & 255]);
  const zeros = a === 0 && b === 0 && c === 0 && d === 0;
  if (zeros && e === 0 && f === 0xffff) return low; // mapped
  if (zeros && e === 0xffff && f === 0) return low; // translated
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return low; // NAT64
  if (a === 0x2002) return new ipaddr.IPv4([b >> 8, b & 255, c >> 8, c & 255]); // 6to4
  return (e === 0 || e === 0x200) && f === 0x5efe ? low : null; // ISATAP
}
