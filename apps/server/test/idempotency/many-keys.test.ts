import { expect, test } from 'vitest';
import { startTestApp } from '../support/test-app.ts';
import { callWithKey } from './support.ts';

test('an account has 300 new keys a minute; keys that were used answer on', async () => {
  await using app = await startTestApp();
  const [asha, ravi] = [await app.signUp(), await app.signUp()];
  const update = (person: typeof asha, key: string) =>
    callWithKey(app, person, key, ['profile.update', { bio: 'Here.' }]);
  for (let tens = 0; tens < 30; tens += 1) {
    const calls = Array.from({ length: 10 }, (_each, ones) => update(asha, `key:${tens}-${ones}`));
    for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
  }
  const { status, body, headers } = await update(asha, 'one-more');
  expect(status).toBe(429);
  expect(body.error.data.code).toBe('RATE_LIMITED');
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect((await update(asha, 'key:0-0')).status).toBe(200);
  expect((await update(ravi, 'one-more')).status).toBe(200);
});
