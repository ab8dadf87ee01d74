import type { IncomingMessage } from 'node:http';
import fp from 'fastify-plugin';
import { DomainError } from '../domain/domain-error.ts';

// A name or address and at most a port; anything else in Host is an attack or an accident.
const HOST = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * Says whether a Host value is one of `allowed`: exact names without their port, in any case;
 * `*` is any well-formed one; `.example.org` is example.org and every name under it.
 * @example hostMatcher(['truconn.org'])('TruConn.org:8000') // true
 */
export function hostMatcher(allowed: readonly string[]): (host: string) => boolean {
  const any = allowed.includes('*');
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  const suffixes = [...names].filter((name) => name.startsWith('.'));
  return (host) => {
    const name = HOST.exec(host.toLowerCase())?.[1]?.replace(/\.$/, '');
    if (name === undefined) return false;
    if (any || names.has(name)) return true;
    return suffixes.some((suffix) => name.endsWith(suffix) || name === suffix.slice(1));
  };
}

/**
 * Refuses requests for hosts that are not ours with `HOST_REFUSED`, so that links, origins and
 * caches cannot be built on a name that the client made up. Behind a trusted proxy the host
 * is the forwarded one.
 */
export const hosts = fp<{ allowedHosts: readonly string[] }>(async (app, { allowedHosts }) => {
  const isAllowed = hostMatcher(allowedHosts);
  app.addHook('onRequest', (request, _reply, done) => {
    const accepted = namesOneHost(request.raw) && isAllowed(request.host);
    done(accepted ? undefined : new DomainError('HOST_REFUSED'));
  });
});

// Two Host headers, or a target with another host in it, let a proxy and us read different ones.
function namesOneHost(raw: IncomingMessage): boolean {
  let count = 0;
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const name = raw.rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  if (count > 1) return false;
  const url = raw.url ?? '';
  if (url.startsWith('/') || url === '*') return true;
  return URL.parse(url)?.host === raw.headers.host?.toLowerCase();
}
