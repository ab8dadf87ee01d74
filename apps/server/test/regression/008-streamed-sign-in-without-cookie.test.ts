import { createTRPCClient, httpBatchStreamLink } from '@trpc/client';
import { expect, test } from 'vitest';
import type { AppRouter } from '../../src/http/app-router.ts';
import { errorOf } from '../support/errors.ts';
import { PASSWORD, startTestApp } from '../support/test-app.ts';

// A streamed batch answers 200 before its calls have run, so the session opened without its cookie.
test('a sign-in in a streamed batch is refused before it opens a session; queries are streamed', async () => {
  await using app = await startTestApp();
  const asha = await app.signUp();
  const before = await app.sql('select 1 from sessions');
  const url = `${app.url}/trpc`;
  const headers = { authorization: `Bearer ${asha.accessToken}` };
  const client = createTRPCClient<AppRouter>({ links: [httpBatchStreamLink({ url, headers })] });

  const signIn = { identifier: asha.email, password: PASSWORD, credential: 'cookie' } as const;
  expect(await errorOf(client.auth.signIn.mutate(signIn))).toMatchObject({
    code: 'INVALID_INPUT',
    fields: { 'trpc-accept': [expect.stringContaining('httpBatchLink')] },
  });
  expect(await app.sql('select 1 from sessions')).toHaveLength(before.length);

  const [me, consents] = await Promise.all([client.auth.me.query(), client.consent.list.query()]);
  expect(me.user.email).toBe(asha.email);
  expect(consents.items).toHaveLength(7);
});
