import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { advanceClock, inSeconds, stopClock, useTestApp } from '../consent/support.ts';
import { organizationOf } from '../org-access/members-support.ts';
import { bearer, signInBrowser } from '../support/calls.ts';
import { statementsOf } from '../support/statements.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { callerWith, createKey, endingOf } from './support.ts';

const app = useTestApp();
let second: TestApp;
let hospital: Person;
beforeAll(async () => {
  second = await startTestApp({ database: app().database });
  hospital = await app().signUpOrganization();
});
afterAll(() => second[Symbol.asyncDispose]());
afterEach(() => void vi.useRealTimers());

const ask = (headers: Record<string, string>, on: TestApp = app()) =>
  on.call('orgAccess.organization', { method: 'GET', headers });
const lastUse = async (id: string) =>
  (await hospital.client.orgAccess.keys.list.query()).items.find((key) => key.id === id)?.lastUsedAt;

describe('an API key is presented', () => {
  test('as Bearer or Token, whatever the case of the scheme', async () => {
    const { secret } = await createKey(app(), hospital);
    for (const scheme of ['Bearer', 'Token', 'bearer', 'TOKEN']) {
      const answer = await ask({ authorization: `${scheme} ${secret}` });
      expect(answer.body.result.data).toMatchObject({ id: organizationOf(hospital), membership: null });
    }
  });

  test('beside a cookie, which then counts for nothing: not when the key is good, nor when it is bad', async () => {
    const { secret } = await createKey(app(), hospital, { scopes: ['read'] });
    const { cookie } = await signInBrowser(app(), hospital);
    expect((await ask({ cookie })).body.result.data.membership).toBe('owner');
    expect(endingOf(await ask({ cookie, ...bearer(secret) }))).toBe('FORBIDDEN');
    expect(endingOf(await ask({ cookie, ...bearer(`${secret}0`) }))).toBe('UNAUTHENTICATED');
  });

  test('in no cookie, and in no URL', async () => {
    const { secret } = await createKey(app(), hospital);
    expect(endingOf(await ask({ cookie: `sessionid=${secret}` }))).toBe('UNAUTHENTICATED');
    for (const name of ['access_token', 'token', 'api_key', 'authorization']) {
      const answer = await app().call(`orgAccess.organization?${name}=${secret}`, { method: 'GET' });
      expect(endingOf(answer)).toBe('UNAUTHENTICATED');
    }
    const params = encodeURIComponent(JSON.stringify({ authorization: `Bearer ${secret}` }));
    const answer = await app().call(`orgAccess.organization?connectionParams=${params}`, { method: 'GET' });
    expect(endingOf(answer)).toBe('INVALID_INPUT');
  });

  test('with one round trip to the database, once for a batch', async () => {
    const { key, headers } = await createKey(app(), hospital);
    await ask(headers);
    // So that no use is left to be written down.
    await eventually(async () => (await lastUse(key.id)) !== null);
    const path = 'auth.me,auth.me,profile.get?batch=1';
    const statements = await statementsOf(() => app().call(path, { method: 'GET', headers }));
    expect(statements[0]).toMatchObject({ name: 'api_key_by_hash' });
    // The others are the three denials' lines of the audit log.
    expect(statements).toHaveLength(4);
  });

  test('in a batch, each call of which is judged for itself', async () => {
    const { headers } = await createKey(app(), hospital, { scopes: ['list'] });
    const path = 'orgAccess.organization,auth.me,orgAccess.outgoing?batch=1';
    const { status, body } = await app().call(path, { method: 'GET', headers });
    expect(status).toBe(207);
    expect(body.map((one: { error?: { data: { code: string } } }) => one.error?.data.code ?? 'ok')).toEqual([
      'ok',
      'FORBIDDEN',
      'ok',
    ]);
  });
});

describe('a bad API key is UNAUTHENTICATED', () => {
  test.each([
    ['of nobody', `tck_${'0'.repeat(64)}`],
    ['too short', `tck_${'0'.repeat(63)}`],
    ['too long', `tck_${'0'.repeat(65)}`],
    ['that is the prefix alone', 'tck_'],
    ['that looks like a JWT', 'tck_a.b.c'],
    ['with letters that are no digits', `tck_${'g'.repeat(64)}`],
  ])('%s', async (_name, secret) => {
    const statements = await statementsOf(async () => {
      const answer = await ask(bearer(secret));
      expect([answer.status, endingOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="truconn"');
    });
    // What cannot be a key is not looked for.
    expect(statements).toHaveLength(secret === `tck_${'0'.repeat(64)}` ? 1 : 0);
  });

  test('in capitals, with its hash, or with something beside it', async () => {
    const { key, secret } = await createKey(app(), hospital);
    const [row] = await app().sql<{ hash: string }>('select hash from api_keys where id = $1', [key.id]);
    const bad = [secret.toUpperCase(), `tck_${row?.hash}`, `${secret} ${secret}`, `${secret},${secret}`];
    for (const presented of [...bad, secret.slice(4)]) {
      expect(endingOf(await ask(bearer(presented)))).toBe('UNAUTHENTICATED');
    }
  });
});

describe('an API key is good', () => {
  test('until its end, to the millisecond', async () => {
    stopClock();
    const { client } = await createKey(app(), hospital, { expiresAt: inSeconds(60) });
    advanceClock(59.999);
    expect((await client.orgAccess.organization.query()).name).toBe('City Hospital');
    advanceClock(0.001);
    await expect(client.orgAccess.organization.query()).rejects.toThrow('Sign in first');
  });

  test('until it is revoked, and on no instance after', async () => {
    const { key, secret, call } = await createKey(app(), hospital);
    const elsewhere = callerWith(second, secret);
    for (const one of [call, elsewhere.call]) expect(endingOf(await one('orgAccess.outgoing'))).toBe('ok');
    await hospital.client.orgAccess.keys.revoke.mutate({ keyId: key.id });
    for (const one of [elsewhere.call, call]) {
      expect(endingOf(await one('orgAccess.outgoing'))).toBe('UNAUTHENTICATED');
    }
  });

  test('while its organization is there, whatever becomes of the account that made it', async () => {
    const owner = await app().signUpOrganization('Bank');
    const { call } = await createKey(app(), owner);
    await app().sql('update users set disabled_at = now() where id = $1', [owner.user.id]);
    expect(endingOf(await call('orgAccess.organization'))).toBe('ok');
    await app().sql('delete from organizations where id = $1', [organizationOf(owner)]);
    expect(endingOf(await call('orgAccess.organization'))).toBe('UNAUTHENTICATED');
  });
});

test('the last use of a key is written down at most once a minute, however many use it at once', async () => {
  stopClock();
  const { key, headers } = await createKey(app(), hospital);
  const startedAt = new Date().toISOString();
  expect(await lastUse(key.id)).toBeNull();
  await Promise.all(Array.from({ length: 20 }, (_, index) => ask(headers, index % 2 === 0 ? app() : second)));
  await eventually(async () => (await lastUse(key.id)) === startedAt);
  const version = async () => (await app().sql('select xmin from api_keys where id = $1', [key.id]))[0];
  const before = await version();
  advanceClock(59.999);
  await ask(headers);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([await version(), await lastUse(key.id)]).toEqual([before, startedAt]);
  advanceClock(0.001);
  await ask(headers);
  await eventually(async () => (await lastUse(key.id)) === new Date().toISOString());
});
