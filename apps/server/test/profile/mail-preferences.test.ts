import { describe, expect, it } from 'vitest';
import { bearer, mutateAs, useTestApp } from '../consent/support.ts';
import { startTestApp } from '../support/test-app.ts';

const app = useTestApp();
const ALL = { requests: true, decisions: true, endings: true };

describe('profile.mailPreferences', () => {
  it('are everything until the person says otherwise, and then what they said', async () => {
    const asha = await app().signUp();
    const { get, set } = asha.client.profile.mailPreferences;
    expect(await get.query()).toEqual(ALL);
    expect(await set.mutate({ requests: false })).toEqual({ ...ALL, requests: false });
    expect(await set.mutate({})).toEqual({ ...ALL, requests: false });
    expect(await set.mutate({ requests: true, endings: false, decisions: false })).toEqual({
      requests: true,
      decisions: false,
      endings: false,
    });
    expect(await get.query()).toEqual({ requests: true, decisions: false, endings: false });
  });

  it('are the person’s own', async () => {
    const [asha, meera] = [await app().signUp(), await app().signUp()];
    await asha.client.profile.mailPreferences.set.mutate({
      requests: false,
      decisions: false,
      endings: false,
    });
    expect(await meera.client.profile.mailPreferences.get.query()).toEqual(ALL);
  });

  it.each([
    { everything: false },
    { requests: 'no' },
    { requests: null },
    { requests: 0 },
    { userId: '00000000-0000-7000-8000-000000000000', requests: false },
  ])('refuse %j, and stay', async (input) => {
    const asha = await app().signUp();
    const answer = await mutateAs(app(), asha, 'profile.mailPreferences.set', input);
    expect([answer.status, answer.body.error.data.code]).toEqual([400, 'INVALID_INPUT']);
    expect(await asha.client.profile.mailPreferences.get.query()).toEqual(ALL);
  });

  it('lose nothing where two instances change different ones at once', async () => {
    const asha = await app().signUp();
    await using other = await startTestApp({ database: app().database });
    const { get, set } = asha.client.profile.mailPreferences;
    const there = other.client(bearer(asha)).profile.mailPreferences;
    for (let round = 0; round < 20; round += 1) {
      await set.mutate({ requests: true, decisions: true });
      await Promise.all([set.mutate({ requests: false }), there.set.mutate({ decisions: false })]);
      expect(await get.query()).toEqual({ requests: false, decisions: false, endings: true });
    }
  });
});
