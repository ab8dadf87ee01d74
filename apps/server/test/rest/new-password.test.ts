import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailedToken } from '../auth/mail-links.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { REST_PASSWORD, signInByRest } from './support.ts';

const NEW = 'Marsh-Violin-77';

let app: TestApp;
let asha: Awaited<ReturnType<typeof signInByRest>>;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
});
beforeEach(async () => {
  asha = await signInByRest(app);
});
afterAll(() => app[Symbol.asyncDispose]());

const change = (body: object) =>
  app.rest('PUT /api/auth/change-password/', { body, headers: { authorization: `Bearer ${asha.access}` } });
const signIn = async (password: string) =>
  (await app.rest('POST /api/auth/login/', { body: { email: asha.email, password } })).status;

async function resetToken(): Promise<string> {
  await app.rest('POST /api/auth/password-reset/', { body: { email: asha.email } });
  return mailedToken(app, asha.email, 'reset-password');
}
const reset = (token: string, password: string) =>
  app.rest('POST /api/auth/password-reset/confirm/', { body: { token, new_password: password } });

describe('a new password of document 3', () => {
  it.each(['marsh-violin-77', 'MARSH-VIOLIN-77', 'Marsh-Violin-xx', 'MarshViolin77'])(
    'is not %s, changed or reset, and the token of the mail stays good',
    async (password) => {
      const changed = await change({ old_password: REST_PASSWORD, new_password: password });
      const token = await resetToken();
      for (const { status, body } of [changed, await reset(token, password)]) {
        expect([status, body]).toEqual([400, { new_password: [expect.stringContaining('upper case')] }]);
      }
      expect((await reset(token, NEW)).status).toBe(200);
      expect([await signIn(NEW), await signIn(REST_PASSWORD)]).toEqual([200, 401]);
    },
  );

  it('may be a common one that keeps the rules', async () => {
    expect((await change({ old_password: REST_PASSWORD, new_password: 'P@ssw0rd' })).status).toBe(200);
    expect(await signIn('P@ssw0rd')).toBe(200);
    expect((await reset(await resetToken(), 'Passw0rd!')).status).toBe(200);
    expect(await signIn('Passw0rd!')).toBe(200);
  });

  it('holds no word about the person', async () => {
    const password = `Xy-${asha.username}-1`;
    const { status, body } = await change({ old_password: REST_PASSWORD, new_password: password });
    expect([status, Object.keys(body)]).toEqual([400, ['new_password']]);
  });

  it('that is too short is told with what else is wrong, and before the old one is judged', async () => {
    const { status, body } = await change({ old_password: '', new_password: 'Ab1!' });
    expect([status, Object.keys(body).sort()]).toEqual([400, ['new_password', 'old_password']]);
    for (let count = 0; count < 12; count += 1) {
      expect((await change({ old_password: 'wrong', new_password: 'Ab1!' })).status).toBe(400);
    }
    expect((await change({ old_password: REST_PASSWORD, new_password: NEW })).status).toBe(200);
  });

  it('needs the old one', async () => {
    const { status, body } = await change({ old_password: 'not-the-one-42', new_password: NEW });
    expect([status, Object.keys(body)]).toEqual([400, ['old_password']]);
  });

  it('ends every other session, and not the one that changed it', async () => {
    const other = await app.rest('POST /api/auth/login/', {
      body: { email: asha.email, password: REST_PASSWORD },
    });
    await change({ old_password: REST_PASSWORD, new_password: NEW });
    const read = async (access: string) =>
      (await app.rest('GET /api/auth/profile/', { headers: { authorization: `Bearer ${access}` } })).status;
    expect([await read(asha.access), await read(other.body.access)]).toEqual([200, 401]);
  });
});
