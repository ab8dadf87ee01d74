import { expect, test, vi } from 'vitest';
import { mutateAs, queryAs, readActions, useTestApp, wish } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';

// An organization would be told to wait long before.
const app = useTestApp({ env: { RATE_LIMITS: 'off' } });

const MANY = 300;

// All writers of one person wait for one lock, and each of them held a connection while it waited.
test('a person who piles up calls keeps nobody else waiting', async () => {
  const [asha, ravi] = [await app().signUp(), await app().signUp()];
  const pile = await pileUp(() => mutateAs(app(), asha, 'consent.toggle', { categoryId: 1 }));
  await expectPrompt(pile, ravi);
  expect(new Set(await Promise.all(pile.statuses))).toEqual(new Set([200]));
  expect(await readActions(asha)).toHaveLength(MANY);
});

test('an organization that piles up calls on a person keeps nobody waiting, that person included', async () => {
  const [asha, ravi, hospital] = [
    await app().signUp(),
    await app().signUp(),
    await app().signUpOrganization(),
  ];
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  const pile = await pileUp(() => mutateAs(app(), hospital, 'orgAccess.request', wish(asha)));
  await expectPrompt(pile, ravi);
  await expectPrompt(pile, asha);
  expect(new Set(await Promise.all(pile.statuses))).toEqual(new Set([200]));
});

interface Pile {
  statuses: Promise<number>[];
  done: number;
}

/** Starts many calls. When some of them are answered, all have arrived, and the others wait. */
async function pileUp(call: () => Promise<{ status: number }>): Promise<Pile> {
  const pile: Pile = { statuses: [], done: 0 };
  pile.statuses = Array.from({ length: MANY }, async () => {
    const { status } = await call();
    pile.done += 1;
    return status;
  });
  await vi.waitUntil(() => pile.done >= MANY / 5, { timeout: 20_000, interval: 1 });
  return pile;
}

async function expectPrompt(pile: Pile, person: Person): Promise<void> {
  expect((await queryAs(app(), person, 'consent.list', {})).status).toBe(200);
  expect((await mutateAs(app(), person, 'consent.toggle', { categoryId: 3 })).status).toBe(200);
  expect(pile.done).toBeLessThan((MANY / 4) * 3);
}
