import { LANGUAGES } from '@truconn/contract';
import { describe, expect, test } from 'vitest';
import { FIRST_CATEGORIES } from '../../src/database/first-categories.ts';
import { grantAndAsk, readActions, readConsent, readLedger, useTestApp } from '../consent/support.ts';
import { signInBrowser } from '../support/calls.ts';
import { NOT_A_NUMBER, rest } from './truconn-support.ts';

const app = useTestApp();

const NOBODY_IS_HERE = { detail: 'Authentication credentials were not provided.' };

const URLS = [
  'GET /api/consents/',
  'POST /api/consents/1/toggle/',
  'GET /api/consents/status/',
  'GET /api/consents/history/',
  'GET /api/consents/history/1/',
  'GET /api/consents/transparency-log/',
] as const;

describe.each(URLS)('%s', (url) => {
  test('is 401 for nobody and for a bad credential, whatever cookie comes with it', async () => {
    const asha = await app().signUp();
    const { cookie } = await signInBrowser(app(), asha);
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: 'Bearer x', cookie }]) {
      const answer = await rest(app(), headers, url);
      expect(answer).toMatchObject({ status: 401, body: NOBODY_IS_HERE });
      expect(answer.headers.get('www-authenticate')).not.toBeNull();
    }
    expect(await readActions(asha)).toEqual([]);
  });

  test('answers every credential, with and without its slash', async () => {
    const asha = await app().signUp();
    const { cookie, token } = await signInBrowser(app(), asha);
    for (const headers of [
      { cookie },
      { authorization: `Bearer ${asha.accessToken}` },
      { authorization: `Bearer ${token}` },
      { authorization: `Token ${token}` },
    ]) {
      expect(await rest(app(), headers, url)).toMatchObject({ status: 200 });
      expect(await rest(app(), headers, url.slice(0, -1) as typeof url)).toMatchObject({ status: 200 });
    }
  });
});

describe('GET /api/consents/', () => {
  test.each(LANGUAGES)(
    'lists the categories as a bare array, with the notice in the person’s language: %s',
    async (language) => {
      const asha = await app().signUp({ language });
      const { status, body, headers } = await rest(app(), asha, 'GET /api/consents/');
      expect(status).toBe(200);
      expect(headers.get('link')).toBeNull();
      expect(body).toEqual(
        FIRST_CATEGORIES.map(({ notice, recordSchema: _, ...category }) => ({
          ...category,
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          notice: { version: 1, language, text: notice[language] },
        })),
      );
    },
  );

  test('a category is as old as its first notice, whatever was published later', async () => {
    const asha = await app().signUp();
    await app().sql(`insert into notice_versions values
      (7, 2, '{employer}', '2095-01-01'), (7, 900, '{employer}', '2001-02-03T04:05:06Z')`);
    const { body } = await rest(app(), asha, 'GET /api/consents/');
    await app().sql('delete from notice_versions where category_id = 7 and version in (2, 900)');
    expect(body[6]).toMatchObject({ id: 7, created_at: '2001-02-03T04:05:06.000Z', notice: { version: 1 } });
    expect(body[5].created_at).not.toBe(body[6].created_at);
    expect(Object.keys(body[6])).not.toContain('createdAt');
  });
});

describe('POST /api/consents/<id>/toggle/', () => {
  test('grants what is not granted and revokes what is', async () => {
    const asha = await app().signUp();
    const url = 'POST /api/consents/3/toggle/';
    expect(await rest(app(), asha, url)).toMatchObject({
      status: 200,
      body: { consent: 'Location', access: true, message: 'Consent granted' },
    });
    expect(await readConsent(asha, 3)).toMatchObject({ granted: true });
    const again = await rest(app(), asha, url, {});
    expect(again.status).toBe(200);
    expect(again.body).toEqual({ consent: 'Location', access: false, message: 'Consent revoked' });
    expect(await readConsent(asha, 3)).toMatchObject({ granted: false });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test('a grant by tRPC is one to REST, and revoking it here ends the open requests on it', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await grantAndAsk(asha, hospital, { categoryId: 2 });
    const { body } = await rest(app(), asha, 'POST /api/consents/2/toggle/');
    expect(body).toMatchObject({ access: false });
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'REVOKED' }]);
    expect(await readActions(asha)).toEqual([
      'CONSENT_GRANTED',
      'ACCESS_REQUESTED',
      'CONSENT_REVOKED',
      'ACCESS_REVOKED',
    ]);
  });

  test('50 at once leave 50 entries and the state they started from', async () => {
    const asha = await app().signUp();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => rest(app(), asha, 'POST /api/consents/1/toggle/')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(answers.filter(({ body }) => body.access)).toHaveLength(25);
    for (const { body } of answers) expect(body.message).toBe(`Consent ${body.access ? 'grant' : 'revok'}ed`);
    expect(await readLedger(asha)).toHaveLength(50);
    expect(await readConsent(asha, 1)).toMatchObject({ granted: false });
  });

  test('a category that does not exist, and what is no id, are 404 and change nothing', async () => {
    const asha = await app().signUp();
    for (const id of ['8', '2147483647', ...NOT_A_NUMBER]) {
      const answer = await rest(app(), asha, `POST /api/consents/${id}/toggle/`);
      expect([id, answer.status, answer.body]).toEqual([id, 404, { detail: 'Not found.' }]);
    }
    expect(await readActions(asha)).toEqual([]);
  });

  test('a body of anything but an object changes nobody’s consent but the caller’s', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await rest(app(), asha, 'POST /api/consents/1/toggle/', { user: ravi.user.id, userId: ravi.user.id });
    expect(await readConsent(asha, 1)).toMatchObject({ granted: true });
    expect(await readActions(ravi)).toEqual([]);
  });

  test('is 405 for GET, with what is allowed', async () => {
    const asha = await app().signUp();
    const answer = await rest(app(), asha, 'GET /api/consents/1/toggle/');
    expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "GET" not allowed.' } });
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('GET /api/consents/status/', () => {
  test('shows each category and whether it is granted', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 4 });
    await asha.client.consent.grant.mutate({ categoryId: 5 });
    await asha.client.consent.revoke.mutate({ categoryId: 5 });
    const { status, body } = await rest(app(), asha, 'GET /api/consents/status/');
    expect(status).toBe(200);
    expect(body).toEqual(FIRST_CATEGORIES.map(({ id, name }) => ({ id, name, access: id === 4 })));
  });

  test('a consent that has run out is none', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: '2090-01-01T00:00:00Z' });
    await app().sql('update consents set expires_at = now() where user_id = $1', [asha.user.id]);
    const { body } = await rest(app(), asha, 'GET /api/consents/status/');
    expect(body[0]).toEqual({ id: 1, name: 'Identity', access: false });
  });
});
