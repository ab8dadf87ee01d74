import { expect, test } from 'vitest';
import { mutateAs, readActions, useTestApp, wish } from '../consent/support.ts';

const app = useTestApp();

// It was stored, and came out as "+010000-01-01T13:59:59.000Z", which no input accepts.
test('an end that its offset carries past 9999 is refused, for a consent and for a request', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const expiresAt = '9999-12-31T23:59:59-14:00';
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  for (const answer of [
    await mutateAs(app(), asha, 'consent.grant', { categoryId: 1, expiresAt }),
    await mutateAs(app(), hospital, 'orgAccess.request', wish(asha, { expiresAt })),
  ]) {
    expect(answer.status).toBe(400);
    expect(answer.body.error.data.fields).toEqual({ expiresAt: ['The end must be before the year 10000.'] });
  }
  expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
});
