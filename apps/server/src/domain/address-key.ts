import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';

/**
 * The name under which attempts from one network address are counted. An IPv6 address counts with its /64,
 * which is what one customer is given; an IPv4 address written as IPv6 is that IPv4 address.
 * @param ip nothing where there is none: all of these are counted together
 * @returns a hash, which keeps addresses out of plain sight and no more than that: whoever tries all IPv4
 * addresses finds the one. Counts are gone within two days.
 */
export function addressKey(ip: string | null): string {
  return createHash('sha256').update(networkOf(ip)).digest('hex');
}

function networkOf(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return 'nowhere';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return ipaddr.fromByteArray([...address.toByteArray().slice(0, 8), ...Array(8).fill(0)]).toString();
}
