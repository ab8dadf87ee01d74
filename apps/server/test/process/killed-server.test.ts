import { verifyLedger } from '@truconn/contract';
import { expect, test } from 'vitest';
import { type Client, connectClient, signInClient } from '../support/client.ts';
import { createWorkplace } from '../support/server-process.ts';

const ACCOUNT = {
  email: 'asha@example.com',
  password: 'plum-orbit-lantern-42',
  firstName: 'Asha',
  lastName: 'Patel',
};

test('a server killed during writes starts again with everything it confirmed, and a ledger that verifies', async () => {
  await using place = createWorkplace();
  const killed = await place.start();
  await connectClient(killed.url).auth.signUp.mutate(ACCOUNT);
  const client = await signInClient(killed.url, ACCOUNT.email, ACCOUNT.password);

  const writing = writeUntilItFails(client);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const { output } = await killed.stop('SIGKILL');
  const confirmed = await writing;
  expect(confirmed).toBeGreaterThan(10);
  expect(output).not.toContain('Stopping');

  const again = await place.start();
  const after = await signInClient(again.url, ACCOUNT.email, ACCOUNT.password);
  const entries = await readLedger(after);
  // Four writers had at most one unconfirmed write each.
  expect(entries.length).toBeGreaterThanOrEqual(confirmed);
  expect(entries.length).toBeLessThanOrEqual(confirmed + 4);
  expect(await verifyLedger(entries)).toMatchObject({ valid: true });
  const { items } = await after.consent.list.query();
  expect(items[0]?.granted).toBe(entries.length % 2 === 1);
});

test('a sign-in outlives the server that gave it', async () => {
  await using place = createWorkplace();
  const first = await place.start();
  await connectClient(first.url).auth.signUp.mutate(ACCOUNT);
  const { refreshToken = '' } = await connectClient(first.url).auth.signIn.mutate({
    identifier: ACCOUNT.email,
    password: ACCOUNT.password,
    credential: 'bearer',
  });
  await first.stop('SIGKILL');
  const port = new URL(first.url).port;
  const second = await place.start({ PORT: port });
  const pair = await connectClient(second.url.replace(/\d+$/, port)).auth.refresh.mutate({ refreshToken });
  expect(pair.accessToken).not.toBe('');
});

async function writeUntilItFails(client: Client): Promise<number> {
  const confirmed = await Promise.all([1, 2, 3, 4].map(() => toggleUntilItFails(client)));
  return confirmed.reduce((sum, count) => sum + count, 0);
}

async function toggleUntilItFails(client: Client): Promise<number> {
  for (let confirmed = 0; ; confirmed += 1) {
    try {
      await client.consent.toggle.mutate({ categoryId: 1 });
    } catch {
      return confirmed;
    }
  }
}

async function readLedger(client: Client) {
  const entries = [];
  let cursor: string | undefined;
  do {
    const page = await client.consent.ledger.query({ limit: 100, cursor });
    entries.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return entries;
}
