import { fetchReceiptKeys, verifyReceipt } from '@truconn/sdk/verify';
import { expect, test } from 'vitest';
import { connectClient, signInClient } from '../support/client.ts';
import { createWorkplace } from '../support/server-process.ts';
import { newPerson } from '../support/test-app.ts';
import { createTestDatabase } from '../support/test-database.ts';

test('rotate-receipt-key changes the key beside a running server, twice if it is told twice', async () => {
  await using database = await createTestDatabase();
  await using place = createWorkplace();
  const env = { DATABASE_URL: database.appUrl, DATABASE_MIGRATION_URL: database.ownerUrl };
  const server = await place.start(env);
  const account = newPerson();
  await connectClient(server.url).auth.signUp.mutate(account);
  const asha = await signInClient(server.url, account.email, account.password);
  await asha.consent.grant.mutate({ categoryId: 1 });
  const first = await asha.consent.receipt.query({ categoryId: 1 });

  const { code, output } = await place.run(['cli.js', 'rotate-receipt-key'], { env });
  expect(code).toBe(0);
  const second = await asha.consent.receipt.query({ categoryId: 1 });
  expect(output).toBe(
    `The key ${second.keyId} signs receipts now.
The key ${first.keyId} is erased but for its public half, by which its receipts still verify.
`,
  );
  expect((await place.run(['cli.js', 'rotate-receipt-key'], { env })).output).toContain(
    `The key ${second.keyId} is`,
  );
  const third = await asha.consent.receipt.query({ categoryId: 1 });

  const wrong = await place.run(['cli.js', 'rotate-receipt-key'], {
    env: { ...env, MASTER_KEY: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' },
  });
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('MASTER_KEY_FALLBACKS') });
  expect((await asha.consent.receipt.query({ categoryId: 1 })).keyId).toBe(third.keyId);

  const keys = await fetchReceiptKeys(server.url);
  expect(keys.keys.map(({ kid }) => kid)).toEqual([first.keyId, second.keyId, third.keyId]);
  for (const { receipt } of [first, second, third])
    expect(await verifyReceipt(receipt, keys)).toMatchObject({ valid: true });
});
