import type { FastifyReply } from 'fastify';
import type { SessionCookie } from '../trpc/context.ts';

/** The `__Host-` prefix makes browsers refuse the cookie without https, with a domain or a path. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-sessionid' : 'sessionid';
}

/** Writes the session cookie of one answer (ASVS 5.0.0 3.3.1 to 3.3.4). */
export function sessionCookieOf(reply: FastifyReply, publicUrl: string): SessionCookie {
  const name = sessionCookieName(publicUrl);
  const secure = publicUrl.startsWith('https:');
  const attributes = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const;
  return {
    set: (token, expiresAt) => void reply.setCookie(name, token, { ...attributes, expires: expiresAt }),
    clear: () => void reply.clearCookie(name, attributes),
  };
}
