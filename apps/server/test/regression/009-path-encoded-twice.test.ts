import { expect, test } from 'vitest';
import { startTestApp } from '../support/test-app.ts';

// tRPC decoded the name once more than the edge: the stream never answered and could not be closed, and a keyed
// mutation ran twice.
test('a path that is percent-encoded twice reaches no procedure', async () => {
  await using app = await startTestApp();
  const asha = await app.signUp();
  const authorization = `Bearer ${asha.accessToken}`;
  const headers = { authorization, 'idempotency-key': 'once' };
  const input = { categoryId: 4 };

  const streams = [1, 2].map(() =>
    fetch(`${app.url}/trpc/consent%252Ewatch`, { headers: { authorization } }),
  );
  for (const answer of await Promise.all(streams)) expect(answer.status).toBe(400);
  const answers = [
    await app.call('consent%252Etoggle', { input, headers }),
    await app.call('consent%252Etoggle', { input, headers }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(400);
    expect(body.error.data.code).toBe('INVALID_INPUT');
  }
  expect((await asha.client.consent.history.query()).items).toEqual([]);
  expect(await (await fetch(`${app.url}/metrics`)).text()).toMatch(/^truconn_watchers 0$/m);

  // Encoded once it is the same name.
  const once = [
    await app.call('consent%2Etoggle', { input, headers }),
    await app.call('consent.toggle', { input, headers }),
  ];
  expect(once.map(({ body }) => body.result.data.granted)).toEqual([true, true]);
});
