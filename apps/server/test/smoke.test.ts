import { expect, test } from 'vitest';
import { errorOf } from './support/errors.ts';
import { startTestApp } from './support/test-app.ts';

test('somebody signs up, signs in and is known', async () => {
  await using app = await startTestApp();
  const asha = await app.signUp();
  expect((await asha.client.auth.me.query()).user.email).toBe(asha.email);
  expect(await errorOf(app.client().auth.me.query())).toMatchObject({
    code: 'UNAUTHENTICATED',
    httpStatus: 401,
  });
});
