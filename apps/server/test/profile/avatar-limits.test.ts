import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { base64, blank } from '../images/samples.ts';
import { codeOf, pointsOf } from '../limits/support.ts';
import { bearer, errorData } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

// One person's pictures take most of it.
vi.setConfig({ testTimeout: 90_000 });

let app: TestApp;
let png: string;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  png = base64(await blank(30, 20).png().toBuffer());
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => app[Symbol.asyncDispose]());

const setAvatar = (person: Person, data = png) =>
  app.call('profile.setAvatar', { input: { data }, headers: bearer(person.accessToken) });
const charged = () => pointsOf(app, 'picture', asha.user.id);

describe('pictures of one person', () => {
  it('of the largest kind, 25 at once, keep none of twelve others from setting theirs', async () => {
    const others = await Promise.all(Array.from({ length: 12 }, () => app.signUp()));
    const largest = base64(await blank(5_000, 5_000).jpeg({ progressive: true }).toBuffer());
    const pile = Array.from({ length: 25 }, () => setAvatar(asha, largest));
    await eventually(async () => (await charged()) === 25);
    const answers = await Promise.all(others.map((other) => setAvatar(other)));
    expect(answers.map(codeOf)).toEqual(Array(12).fill('ok'));
    await Promise.all(pile);
  });

  it('are made one after another: all of fifteen at once succeed', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => setAvatar(asha)));
    expect(answers.map(codeOf)).toEqual(Array(15).fill('ok'));
  });

  it('are thirty an hour, damaged ones included, and each person’s own', async () => {
    await setAvatar(asha, 'this is not base64');
    for (let index = 0; index < 29; index += 1) expect(codeOf(await setAvatar(asha))).toBe('ok');
    const before = await asha.client.profile.get.query();
    const refused = await setAvatar(asha);
    expect([refused.status, errorData(refused).code]).toEqual([429, 'RATE_LIMITED']);
    expect(refused.headers.get('retry-after')).toBe(String(errorData(refused).retryAfterSeconds));
    expect(await asha.client.profile.get.query()).toEqual(before);
    expect(codeOf(await setAvatar(await app.signUp()))).toBe('ok');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const again = { ...asha, ...(await app.signIn(asha.email)) };
    expect(codeOf(await setAvatar(again))).toBe('ok');
  });

  it('at once, with two left of thirty, are two', async () => {
    await setAvatar(asha);
    await app.sql('update rate_limits set points = 28 where key = $1', [`picture:${asha.user.id}`]);
    const codes = (await Promise.all(Array.from({ length: 12 }, () => setAvatar(asha)))).map(codeOf);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(2);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(10);
  });

  it('are nobody’s when nobody is signed in, and removing one is not counted', async () => {
    await app.sql('delete from rate_limits');
    await app.call('profile.setAvatar', { input: { data: png } });
    await asha.client.profile.removeAvatar.mutate();
    expect(await app.sql(`select key from rate_limits where key like 'picture:%'`)).toEqual([]);
  });
});
