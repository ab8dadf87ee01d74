import type { FastifyReply } from 'fastify';
import type { SessionCookie } from '../trpc/context.ts';

/** The `__Host-` prefix makes browsers refuse the cookie without https, with a domain or a path. */
export function sessionCookieName(publicUrl: string): string {
  return isHttps(publicUrl) ? '__Host-sessionid' : 'sessionid';
}

/** Writes the session cookie of one answer (ASVS 5.0.0 3.3.1 to 3.3.4). */
export function sessionCookieOf(reply: FastifyReply, publicUrl: string): SessionCookie {
  const name = sessionCookieName(publicUrl);
  const attributes = { httpOnly: true, secure: isHttps(publicUrl), sameSite: 'lax', path: '/' } as const;
  return {
    set: (token, expiresAt) => void reply.setCookie(name, token, { ...attributes, expires: expiresAt }),
    clear: () => void reply.clearCookie(name, attributes),
  };
}

const YEAR_SECONDS = 365 * 24 * 3600;

/** Writes the cookie under Django's name. Scripts read it, to send it back as `X-CSRFToken`. */
export function setCsrfCookie(reply: FastifyReply, publicUrl: string, token: string): void {
  const secure = isHttps(publicUrl);
  void reply.setCookie('csrftoken', token, { secure, sameSite: 'lax', path: '/', maxAge: YEAR_SECONDS });
}

function isHttps(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}
