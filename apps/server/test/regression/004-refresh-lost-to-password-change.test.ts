import { expect, test } from 'vitest';
import { bearer, endingOf, whoAmI } from '../support/calls.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { startTestApp } from '../support/test-app.ts';

// The update found the session of after the change and the person of before it: a good refresh token
// was 401, and the client signed its person out of the session that the change had kept.
test('a refresh that waits for a password change keeps the session that the change kept', async () => {
  await using app = await startTestApp();
  const asha = await app.signUp();
  await using hand = await openSecondHand(app);
  await hand.query('begin');
  await hand.query('update users set credential_epoch = 1 where id = $1', [asha.user.id]);
  await hand.query('update sessions set credential_epoch = 1 where public_id = $1', [asha.sessionId]);
  const refreshed = app.client().auth.refresh.mutate({ refreshToken: asha.refreshToken });
  await somebodyWaits(hand);
  await hand.query('commit');
  const { accessToken, refreshToken } = await refreshed;
  expect(await whoAmI(app, bearer(accessToken))).toBe(`200 ${asha.email}`);
  expect(await endingOf(app.client().auth.refresh.mutate({ refreshToken }))).toBe('ok');
});

test('and one that the change ended stays dead', async () => {
  await using app = await startTestApp();
  const asha = await app.signUp();
  await using hand = await openSecondHand(app);
  await hand.query('begin');
  await hand.query('update users set credential_epoch = 1 where id = $1', [asha.user.id]);
  await hand.query('delete from sessions where public_id = $1', [asha.sessionId]);
  const refreshed = endingOf(app.client().auth.refresh.mutate({ refreshToken: asha.refreshToken }));
  await somebodyWaits(hand);
  await hand.query('commit');
  expect(await refreshed).toBe('UNAUTHENTICATED');
});
