import { createHmac } from 'node:crypto';
import { deriveSigningKeys } from '../../src/auth/secrets.ts';
import type { TestApp } from './test-app.ts';

/** A part of a JWT, as an attacker writes it. */
export type JwtPart = Record<string, unknown>;

export interface Jwt {
  header: JwtPart;
  claims: JwtPart;
}

// Written by hand: what forges must not share code with what verifies.
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The two parts of a token that can be read without any key. */
export function decodeJwt(token: string): Jwt {
  const [header = '', claims = ''] = token.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as JwtPart;
  return { header: decode(header), claims: decode(claims) };
}

/** Signs whatever it is told with HMAC; a part that is `undefined` is left out. */
export function signJwt({ header, claims }: Jwt, key: Uint8Array, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

/** The key with which an app signs its tokens. */
export function signingKeyOf(app: TestApp): Uint8Array {
  return deriveSigningKeys(app.settings.secretKey ?? '').current.bytes;
}

/** A token with other headers or claims, signed by the app's own key. */
export function resign(app: TestApp, token: string, changes: { header?: JwtPart; claims?: JwtPart }): string {
  const { header, claims } = decodeJwt(token);
  return signJwt(
    { header: { ...header, ...changes.header }, claims: { ...claims, ...changes.claims } },
    signingKeyOf(app),
  );
}
