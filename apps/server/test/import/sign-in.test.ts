import { describe, expect, test } from 'vitest';
import { mailedToken } from '../auth/mail-links.ts';
import { endingOf } from '../support/calls.ts';
import { PASSWORD, startTestApp } from '../support/test-app.ts';
import { FORMATS, HASH, importRecords } from './support.ts';

describe('an account imported from a file', () => {
  test.each(FORMATS)(
    'with a %s hash signs in by e-mail and username, and has our hash then',
    async (_name, encode) => {
      await using app = await startTestApp();
      const password = await encode();
      const { tally } = await importRecords(app, { email: 'Asha@Example.com', username: 'Asha.P', password });
      expect(tally).toEqual({ imported: 1, alreadyThere: 0, refused: 0 });
      const hashes = () => app.sql<{ hash: string }>('select password_hash as hash from users');
      expect(await hashes()).toEqual([{ hash: password }]);
      expect(await endingOf(app.signIn('asha@example.com', 'not-the-password-1'))).toBe(
        'INVALID_CREDENTIALS',
      );
      expect(await hashes()).toEqual([{ hash: password }]);
      expect((await app.signIn('asha.p')).user.email).toBe('asha@example.com');
      expect((await hashes())[0]?.hash).toMatch(/^\$argon2id\$/);
      expect((await app.signIn('ASHA@example.com')).user.username).toBe('Asha.P');
    },
  );

  test('without a password signs in after a reset, and not before', async () => {
    await using app = await startTestApp({ jobs: true });
    const password = '!hXq8VZ2mZyM0cT6u0bTk9AhXq8VZ2mZyM0cT6u0';
    await importRecords(app, { email: 'asha@example.com', password });
    expect(await app.sql('select password_hash as hash from users')).toEqual([{ hash: '!' }]);
    for (const guess of [password, '!', PASSWORD]) {
      expect(await endingOf(app.signIn('asha@example.com', guess))).toBe('INVALID_CREDENTIALS');
    }
    await app.client().auth.requestPasswordReset.mutate({ email: 'asha@example.com' });
    const token = await mailedToken(app, 'asha@example.com', 'reset-password');
    await app.client().auth.resetPassword.mutate({ token, newPassword: PASSWORD });
    expect(await endingOf(app.signIn('asha@example.com'))).toBe('ok');
  });

  test('that was deactivated cannot sign in', async () => {
    await using app = await startTestApp();
    await importRecords(app, { email: 'asha@example.com', password: HASH, is_active: false });
    expect(await endingOf(app.signIn('asha@example.com'))).toBe('INVALID_CREDENTIALS');
  });

  test('has an unverified address, and is sent no mail', async () => {
    await using app = await startTestApp({ jobs: true });
    await importRecords(app, { email: 'asha@example.com', password: HASH });
    expect((await app.signIn('asha@example.com')).user.emailVerified).toBe(false);
    expect(await app.sql('select 1 from graphile_worker._private_jobs')).toEqual([]);
    expect(await app.mails()).toEqual([]);
  });

  test('acts as everybody else: consents, asks as an organization, changes its password', async () => {
    await using app = await startTestApp();
    await importRecords(
      app,
      { email: 'asha@example.com', password: HASH, date_joined: '2015-06-01T10:00:00Z' },
      { email: 'desk@hospital.example', password: HASH, role: 'organization', name: 'City Hospital' },
    );
    const asha = await app.signIn('asha@example.com');
    const hospital = await app.signIn('desk@hospital.example');
    await asha.client.consent.grant.mutate({ categoryId: 4 });
    await app.sql('update users set email_verified_at = now()');
    const input = { userId: asha.user.id, categoryId: 4, purpose: 'Care' };
    expect((await hospital.client.orgAccess.request.mutate(input)).status).toBe('PENDING');
    expect((await asha.client.consent.ledger.query()).items.map(({ seq }) => seq)).toEqual([1, 2]);
    const change = { currentPassword: PASSWORD, newPassword: 'copper-violin-marsh-77' };
    expect(await endingOf(asha.client.auth.changePassword.mutate(change))).toBe('ok');
  });
});
