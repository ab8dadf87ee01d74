import { expect, test } from 'vitest';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { bearer, countDeadlocks, readActions, readConsent, readLedger, useTestApp } from './support.ts';

const app = useTestApp();

test('100 toggles at once on two instances leave 100 entries, the state they started from and a valid chain', async () => {
  await using second = await startTestApp({ database: app().database });
  const asha = await app().signUp();
  const elsewhere = second.client(bearer(asha));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      (index % 2 === 0 ? asha.client : elsewhere).consent.toggle.mutate({ categoryId: 1 }),
    ),
  );
  expect(answers.filter((consent) => consent.granted)).toHaveLength(50);
  expect(await readConsent(asha, 1)).toMatchObject({ granted: false });
  const entries = await readLedger(asha);
  expect(entries.map((entry) => entry.action)).toEqual(
    Array(50).fill(['CONSENT_GRANTED', 'CONSENT_REVOKED']).flat(),
  );
  expectUnbrokenStory(entries);
  expect(await countDeadlocks(app())).toBe(0);
});

test('toggles of all categories at once are one chain, each category with its own story', async () => {
  const asha = await app().signUp();
  const categories = Array.from({ length: 70 }, (_, index) => (index % 7) + 1);
  await Promise.all(categories.map((categoryId) => asha.client.consent.toggle.mutate({ categoryId })));
  expect((await asha.client.consent.list.query()).items.some((consent) => consent.granted)).toBe(false);
  const entries = await readLedger(asha);
  expect(entries).toHaveLength(70);
  for (const categoryId of [1, 2, 3, 4, 5, 6, 7]) {
    expectUnbrokenStory(entries.filter((entry) => entry.categoryId === categoryId));
  }
});

test('20 grants of the same at once write one entry; 20 revokes, one more', async () => {
  const asha = await app().signUp();
  const twenty = (step: 'grant' | 'revoke') =>
    Promise.all(Array.from({ length: 20 }, () => asha.client.consent[step].mutate({ categoryId: 1 })));
  const granted = await twenty('grant');
  expect(new Set(granted.map((consent) => consent.grantedAt)).size).toBe(1);
  await twenty('revoke');
  expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
});

test('people do not wait for each other: 10 who toggle at once all end as they began', async () => {
  const people: Person[] = [];
  for (let index = 0; index < 10; index += 1) people.push(await app().signUp());
  await Promise.all(people.flatMap((person) => Array.from({ length: 6 }, () => toggle(app(), person))));
  for (const person of people) {
    expect(await readActions(person)).toHaveLength(6);
    expect(await readConsent(person, 2)).toMatchObject({ granted: false });
  }
});

test('a consent past its end is written down once, however many come at once', async () => {
  const asha = await app().signUp();
  await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: '2090-01-01T00:00:00Z' });
  await app().sql("update consents set expires_at = now() - interval '1 second' where user_id = $1", [
    asha.user.id,
  ]);
  await Promise.all(Array.from({ length: 20 }, () => asha.client.consent.revoke.mutate({ categoryId: 1 })));
  expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_EXPIRED']);
});

/** Each entry's "before" is the "after" of the one before it. */
function expectUnbrokenStory(entries: Awaited<ReturnType<typeof readLedger>>): void {
  for (const [index, entry] of entries.entries()) {
    if (index > 0) expect(entry.details?.before).toEqual(entries[index - 1]?.details?.after);
  }
}

function toggle(on: TestApp, person: Person) {
  return on.call('consent.toggle', { input: { categoryId: 2 }, headers: bearer(person) });
}
