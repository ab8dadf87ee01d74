import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveSigningKeys } from '../../src/auth/secrets.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import { decodeJwt, type JwtPart, signJwt } from '../support/jwt.ts';

const ISSUER = 'truconn';
const keysFor = (key: string, ...former: string[]) => deriveSigningKeys(key, former);
const KEY = 'a-test-key-0123456789-abcdefghijkl';
const OLD_KEY = 'the-key-before-0123456789-abcdefgh';
const keys = keysFor(KEY);
const tokens = createTokens(keys);

const subject = { userId: randomUUID(), sessionId: randomUUID() };
const now = new Date();
const later = new Date(now.getTime() + 3_600_000);
const access = await tokens.signAccess(subject, now, later);
const refresh = await tokens.signRefresh({ ...subject, generation: 3 }, now, later);

const UNAUTHENTICATED = expect.objectContaining({ code: 'UNAUTHENTICATED' });
const SESSION_EXPIRED = expect.objectContaining({ code: 'SESSION_EXPIRED' });

interface Changes {
  header?: JwtPart;
  claims?: JwtPart;
  key?: Uint8Array;
  hash?: string;
}

function forge(token: string, { header, claims, key, hash }: Changes): string {
  const real = decodeJwt(token);
  const jwt = { header: { ...real.header, ...header }, claims: { ...real.claims, ...claims } };
  return signJwt(jwt, key ?? keys.current.bytes, hash);
}

describe('our own tokens', () => {
  it('say whose they are, on which session', async () => {
    await expect(tokens.verifyAccess(access)).resolves.toEqual(subject);
    await expect(tokens.verifyRefresh(refresh)).resolves.toEqual({ ...subject, generation: 3 });
  });

  it('are recognized when they are made by hand: the forgeries below fail for what they change', async () => {
    await expect(tokens.verifyAccess(forge(access, {}))).resolves.toEqual(subject);
    await expect(tokens.verifyRefresh(forge(refresh, {}))).resolves.toMatchObject(subject);
  });

  it('are the same refresh token for the same generation, and another for the next', async () => {
    const again = await tokens.signRefresh({ ...subject, generation: 3 }, now, later);
    const next = await tokens.signRefresh({ ...subject, generation: 4 }, now, later);
    expect([again === refresh, next === refresh]).toEqual([true, false]);
  });

  it('are two access tokens for two requests of the same second', async () => {
    expect(await tokens.signAccess(subject, now, later)).not.toBe(access);
  });

  it('past their end are expired, which a client answers with a refresh', async () => {
    const past = { iat: 1_000, exp: 2_000 };
    await expect(tokens.verifyAccess(forge(access, { claims: past }))).rejects.toEqual(SESSION_EXPIRED);
    await expect(tokens.verifyRefresh(forge(refresh, { claims: past }))).rejects.toEqual(SESSION_EXPIRED);
  });
});

describe('a forged token is nobody’s', () => {
  const kid = keys.current.id;
  const otherKey = keysFor(OLD_KEY).current;
  const forgeries: [name: string, changes: Changes][] = [
    ['signed with another key', { key: otherKey.bytes }],
    ['signed with another key under its name', { key: otherKey.bytes, header: { kid: otherKey.id } }],
    ['signed with an empty key', { key: new Uint8Array(0) }],
    ['signed with the name of the key', { key: Buffer.from(kid) }],
    ['with HS512', { header: { alg: 'HS512' }, hash: 'sha512' }],
    ['with HS384', { header: { alg: 'HS384' }, hash: 'sha384' }],
    ['with an algorithm in other letters', { header: { alg: 'hs256' } }],
    ['with RS256 over our bytes', { header: { alg: 'RS256' } }],
    ['without alg', { header: { alg: undefined } }],
    ['without kid', { header: { kid: undefined } }],
    ['with an unknown kid', { header: { kid: 'f'.repeat(16) } }],
    ['with a kid that is a path', { header: { kid: '../../../../dev/null' }, key: new Uint8Array(0) }],
    ['with a kid that is SQL', { header: { kid: `' union select 'x` } }],
    ['with a kid from an object’s prototype', { header: { kid: '__proto__' } }],
    ['with a kid that is a list', { header: { kid: [kid] } }],
    ['that brings its own key', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }],
    ['that points to a key', { header: { jku: 'https://evil.test/jwks.json' } }],
    ['that brings a certificate', { header: { x5c: ['MIIB'] } }],
    ['that points to a certificate', { header: { x5u: 'https://evil.test/cert' } }],
    ['with an unknown critical header', { header: { crit: ['exp-policy'], 'exp-policy': 1 } }],
    ['with an empty list of critical headers', { header: { crit: [] } }],
    ['whose payload is not encoded', { header: { crit: ['b64'], b64: false } }],
    ['of no type', { header: { typ: undefined } }],
    ['of the type JWT', { header: { typ: 'JWT' } }],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }],
    ['of a longer issuer', { claims: { iss: `${ISSUER}.evil.test` } }],
    ['for another audience', { claims: { aud: 'another' } }],
    ['that is not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 3_600 } }],
    ['with an end that is text', { claims: { exp: '9999999999' } }],
    ['on a session that is no UUID', { claims: { sid: '1' } }],
    ['on a session by the hash of its token', { claims: { sid: 'a'.repeat(64) } }],
    ['on a list of sessions', { claims: { sid: [subject.sessionId] } }],
    ...['exp', 'iat', 'sub', 'sid', 'jti', 'iss', 'aud'].map((name): [string, Changes] => [
      `without ${name}`,
      { claims: { [name]: undefined } },
    ]),
  ];

  it.each(forgeries)('%s', async (_name, changes) => {
    await expect(tokens.verifyAccess(forge(access, changes))).rejects.toEqual(UNAUTHENTICATED);
    await expect(tokens.verifyRefresh(forge(refresh, changes))).rejects.toEqual(UNAUTHENTICATED);
  });

  it.each(['none', 'None', 'NONE', ''])('with the algorithm %j and no signature', async (alg) => {
    const [header = '', claims = ''] = access.split('.');
    const changed = { ...decodeJwt(access).header, alg };
    for (const head of [header, Buffer.from(JSON.stringify(changed)).toString('base64url')]) {
      for (const signature of ['', 'AAAA']) {
        await expect(tokens.verifyAccess(`${head}.${claims}.${signature}`)).rejects.toEqual(UNAUTHENTICATED);
      }
    }
  });

  it.each(['', '.', '..', 'a.b.c', 'a.b.c.d.e', '\u0000', access.slice(0, -2), `${access}A`, ` ${access}`])(
    'that is damaged: %j',
    async (token) => {
      await expect(tokens.verifyAccess(token)).rejects.toEqual(UNAUTHENTICATED);
    },
  );

  it('an access token is no refresh token, nor the other way round, whatever claims they borrow', async () => {
    await expect(tokens.verifyRefresh(access)).rejects.toEqual(UNAUTHENTICATED);
    await expect(tokens.verifyAccess(refresh)).rejects.toEqual(UNAUTHENTICATED);
    await expect(tokens.verifyRefresh(forge(access, { claims: { gen: 0 } }))).rejects.toEqual(
      UNAUTHENTICATED,
    );
  });

  it.each([undefined, '3', -1, 1.5, 2 ** 31, 2 ** 53, null])(
    'a refresh token of the generation %j is nobody’s',
    async (gen) => {
      await expect(tokens.verifyRefresh(forge(refresh, { claims: { gen } }))).rejects.toEqual(
        UNAUTHENTICATED,
      );
    },
  );
});

describe('a changed SECRET_KEY', () => {
  it('keeps the tokens of a key that is among SECRET_KEY_FALLBACKS, and signs with the new one', async () => {
    const rotated = createTokens(keysFor(OLD_KEY, KEY));
    await expect(rotated.verifyAccess(access)).resolves.toEqual(subject);
    const fresh = await rotated.signAccess(subject, now, later);
    expect(decodeJwt(fresh).header.kid).toBe(keysFor(OLD_KEY).current.id);
  });

  it('ends the tokens of a key that is not', async () => {
    const replaced = createTokens(keysFor(OLD_KEY));
    await expect(replaced.verifyAccess(access)).rejects.toEqual(UNAUTHENTICATED);
  });

  it('the name of a key says nothing about it', () => {
    expect(keys.current.bytes).toHaveLength(32);
    expect(keys.current.id).toMatch(/^[0-9a-f]{16}$/);
    expect(Buffer.from(keys.current.bytes).toString('hex')).not.toContain(keys.current.id);
  });
});
