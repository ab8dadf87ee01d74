import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

// Some proxies write the port of the connection behind the address.
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})$/i;

/**
 * Where a request comes from, as far as `TRUSTED_PROXIES` let it be told. What a proxy passes on that is no
 * address counts for nothing: it is the proxy's own connection then.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string | null {
  const [, inBrackets, beforePort] = WITH_PORT.exec(ip ?? '') ?? [];
  const address = inBrackets ?? beforePort ?? ip ?? '';
  return isIP(address) === 0 ? (socket.remoteAddress ?? null) : address;
}
