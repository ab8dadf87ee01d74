import { expect, test } from 'vitest';
import { endingOf } from '../support/calls.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { startTestApp } from '../support/test-app.ts';

// Of two sign-outs at once, the second found its session gone and answered 404.
test('two sign-outs at once both succeed', async () => {
  await using app = await startTestApp();
  const asha = await app.signUp();
  await using hand = await openSecondHand(app);
  await hand.query('begin');
  await hand.query('select 1 from sessions where public_id = $1 for update', [asha.sessionId]);
  const signOuts = [1, 2].map(() => endingOf(asha.client.auth.signOut.mutate()));
  await somebodyWaits(hand, 2);
  await hand.query('rollback');
  expect(await Promise.all(signOuts)).toEqual(['ok', 'ok']);
  const rows = await app.sql(`select 1 from audit_events where action = 'session.ended'`);
  expect(rows).toHaveLength(1);
});
