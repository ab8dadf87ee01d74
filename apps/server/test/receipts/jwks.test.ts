import type { ReceiptKeySet } from '@truconn/contract';
import { describe, expect, test } from 'vitest';
import { useTestApp } from '../consent/support.ts';

const OWN_ORIGIN = 'https://console.example';
const app = useTestApp({ env: { CORS_ORIGINS: OWN_ORIGIN } });

const ask = (init?: RequestInit, end = '') => fetch(`${app().url}/.well-known/jwks.json${end}`, init);
const headersOf = (answer: Response) => Object.fromEntries(answer.headers);

const HEADERS = {
  'content-type': 'application/jwk-set+json',
  'cache-control': 'public, max-age=300',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'x-request-id': expect.any(String),
};

describe('GET /.well-known/jwks.json', () => {
  test('answers the public half alone of the key that signs, before the first receipt and after', async () => {
    const atFirst = await (await ask()).json();
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const { keyId } = await asha.client.consent.receipt.query({ categoryId: 1 });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(headersOf(answer)).toMatchObject(HEADERS);
    const x = expect.stringMatching(/^[\w-]{43}$/);
    expect(await answer.json()).toEqual({
      keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: keyId, alg: 'EdDSA', use: 'sig' }],
    });
    expect(await (await ask()).json()).toEqual(atFirst);
  });

  test('names each key by its thumbprint', async () => {
    const { keys } = (await (await ask()).json()) as ReceiptKeySet;
    expect(keys).toHaveLength(1);
    for (const { kid, x } of keys) {
      // RFC 7638 3.2: the required members, in the order of their names.
      const digest = await crypto.subtle.digest(
        'SHA-256',
        Buffer.from(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`),
      );
      expect(Buffer.from(digest).toString('base64url')).toBe(kid);
    }
  });

  test.each([OWN_ORIGIN, 'https://elsewhere.example', 'null'])(
    'may be read by pages of any origin, and never with their cookies: %s',
    async (origin) => {
      const answer = await ask({
        headers: { origin, 'sec-fetch-site': 'cross-site', cookie: 'sessionid=x' },
      });
      expect(answer.status).toBe(200);
      expect(headersOf(answer)).toMatchObject(HEADERS);
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
    },
  );

  test('asks for no credential, and is not put off by a bad one', async () => {
    expect((await ask({ headers: { authorization: 'Bearer not-a-token' } })).status).toBe(200);
    expect((await ask({}, '?fresh=1')).status).toBe(200);
  });

  test('answers HEAD with the same headers and no body', async () => {
    const answer = await ask({ method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(headersOf(answer)).toMatchObject(HEADERS);
  });

  test.each(['POST', 'PUT', 'DELETE'])('is not there for %s', async (method) => {
    const answer = await ask({ method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('is counted under its own name', async () => {
    await ask();
    const metrics = await (await fetch(`${app().url}/metrics`)).text();
    expect(metrics).toMatch(/method="GET",route="\/\.well-known\/jwks\.json",status="200"/);
  });
});

describe('receipts', () => {
  test('are 60 a minute, those that are refused among them, each person for themselves', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const receipt = (categoryId: number) => asha.client.consent.receipt.query({ categoryId });
    await receipt(1);
    await expect(receipt(2)).rejects.toThrow();
    await app().sql(`update rate_limits set points = 59 where key = 'receipt:' || $1 and points = 2`, [
      asha.user.id,
    ]);
    await receipt(1);
    await expect(receipt(1)).rejects.toMatchObject({ data: { code: 'RATE_LIMITED', httpStatus: 429 } });
    await expect(ravi.client.consent.receipt.query({ categoryId: 1 })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    });
  });
});
