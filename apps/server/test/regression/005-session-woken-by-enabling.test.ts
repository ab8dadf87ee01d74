import { expect, test } from 'vitest';
import { bearer, endingOf, whoAmI } from '../support/calls.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { PASSWORD, startTestApp } from '../support/test-app.ts';

// The disabling deleted the sessions that were there; the one being opened at that moment came after,
// slept while the account was disabled and was alive again when it was enabled.
test('a sign-in that raced the disabling leaves no session that enabling wakes', async () => {
  await using app = await startTestApp();
  const [asha, admin] = [await app.signUp(), await app.signUpAdmin()];
  await app.sql(`create function wait_for_it() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(4711); return new; end $$`);
  await app.sql(
    'create trigger waiting before insert on sessions for each row execute function wait_for_it()',
  );
  await using hand = await openSecondHand(app);
  await hand.query('select pg_advisory_lock(4711)');
  const late = app.signIn(asha.email, PASSWORD);
  await somebodyWaits(hand);
  await admin.client.admin.users.disable.mutate({ userId: asha.user.id, reason: 'Asked to by phone' });
  await hand.query('select pg_advisory_unlock(4711)');
  const { accessToken, refreshToken } = await late;
  expect(await whoAmI(app, bearer(accessToken))).toBe('401 UNAUTHENTICATED');
  await admin.client.admin.users.enable.mutate({ userId: asha.user.id });
  expect(await whoAmI(app, bearer(accessToken))).toBe('401 UNAUTHENTICATED');
  expect(await endingOf(app.client().auth.refresh.mutate({ refreshToken }))).toBe('UNAUTHENTICATED');
});
