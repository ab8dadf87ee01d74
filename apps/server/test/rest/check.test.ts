import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../api-keys/support.ts';
import { statementsOf } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { ageSession } from '../support/time.ts';
import { credentialsOf, signInByRest } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const check = async (headers: Record<string, string> = {}) => {
  const { status, body } = await app.rest('GET /api/auth/check/', { headers });
  return [status, body];
};
const NOBODY = [200, { authenticated: false, user: null }];

describe('GET /api/auth/check/', () => {
  it('says who calls, by whichever credential, in one round trip', async () => {
    const asha = await signInByRest(app);
    for (const headers of Object.values(credentialsOf(asha))) {
      const profile = await app.rest('GET /api/auth/profile/', { headers });
      expect(await check(headers)).toEqual([200, { authenticated: true, user: profile.body }]);
      expect(await statementsOf(() => check(headers))).toHaveLength(1);
    }
  });

  it('says that nobody does, without asking the database', async () => {
    expect(await check()).toEqual(NOBODY);
    expect(await statementsOf(() => check())).toEqual([]);
  });

  it('is forbidden to an API key, which is nobody who could be named', async () => {
    const { headers } = await createKey(app, await app.signUpOrganization());
    expect(await check(headers)).toEqual([
      403,
      { detail: 'You do not have permission to perform this action.' },
    ]);
  });

  it('takes a dead cookie for nobody’s: garbage, signed out, expired, disabled', async () => {
    expect(await check({ cookie: 'sessionid=garbage' })).toEqual(NOBODY);
    const ends = [
      (cookie: string) => app.rest('POST /api/logout/', { headers: { cookie } }),
      async (_cookie: string, uuid: string) => {
        const [row] = await app.sql<{ id: string }>(
          'select public_id as id from sessions where user_id = $1',
          [uuid],
        );
        await ageSession(app, row?.id ?? '', '31 days');
      },
      (_cookie: string, uuid: string) =>
        app.sql('update users set disabled_at = now() where id = $1', [uuid]),
    ];
    for (const end of ends) {
      const { token, uuid } = await signInByRest(app);
      const cookie = `sessionid=${token}`;
      await end(cookie, uuid);
      expect(await check({ cookie })).toEqual(NOBODY);
    }
  });

  it('is 401 for a header that is no good, also beside a good cookie', async () => {
    const asha = await signInByRest(app);
    const cookie = `sessionid=${asha.token}`;
    for (const authorization of ['', 'Bearer', 'Bearer garbage', 'Basic x', `Token ${'0'.repeat(40)}`]) {
      for (const more of [{}, { cookie }]) {
        expect(await check({ authorization, ...more })).toEqual([
          401,
          { detail: 'Authentication credentials were not provided.' },
        ]);
      }
    }
    await app.rest('POST /api/logout/', { headers: { cookie } });
    expect((await check({ authorization: `Bearer ${asha.access}` }))[0]).toBe(401);
  });

  it('says that it does not know, and not that nobody calls, when the database cannot be asked', async () => {
    const { token } = await signInByRest(app);
    await app.sql('alter table sessions rename to away');
    const [status] = await check({ cookie: `sessionid=${token}` });
    await app.sql('alter table away rename to sessions');
    expect(status).toBe(500);
  });
});
