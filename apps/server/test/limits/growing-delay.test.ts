import { describe, expect, it, vi } from 'vitest';
import { CALLER, pass, useOwnLimits } from './own-limits.ts';

const FREE = 20;
const HOUR = 3_600;
const DAY = 24 * HOUR;

const own = useOwnLimits();

/** One try: what is left, or the wait that it was refused with. */
const attempt = () =>
  own.limits.charge(CALLER, 'sign_in_session', own.key).then(
    (state) => `${state?.remaining} left, ${state?.resetSeconds} s`,
    (error: { code: string; retryAfterSeconds: number }) => `${error.code} for ${error.retryAfterSeconds} s`,
  );
const useUpFree = async () => {
  for (let index = 0; index < FREE - 1; index += 1) await attempt();
};
const setRow = (points: number, expire: number, key = own.key) =>
  own.database.kysely
    .insertInto('rate_limits')
    .values({ key: `sign_in_session:${key}`, points, expire: String(expire) })
    .execute();

describe('a growing delay', () => {
  it('begins with the last free try, and doubles up to an hour', async () => {
    await useUpFree();
    const waits = [];
    for (let round = 0; round < 10; round += 1) {
      const admitted = await attempt();
      const refused = await attempt();
      const seconds = Number(/(\d+) s$/.exec(refused)?.[1]);
      expect([admitted, refused]).toEqual([`0 left, ${seconds} s`, `RATE_LIMITED for ${seconds} s`]);
      waits.push(seconds);
      pass(seconds - 1);
      expect(await attempt()).toBe('RATE_LIMITED for 1 s');
      pass(1);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, HOUR, HOUR, HOUR]);
  });

  it('tells what is left and when it comes back', async () => {
    expect(await attempt()).toBe(`19 left, ${DAY} s`);
    pass(HOUR);
    expect(await attempt()).toBe(`18 left, ${23 * HOUR} s`);
  });

  it('gives all free tries back when their window is over', async () => {
    await useUpFree();
    pass(DAY - 1);
    expect(await attempt()).toBe('0 left, 30 s');
    await own.limits.forget('sign_in_session', own.key);
    await useUpFree();
    pass(DAY);
    expect(await attempt()).toBe(`19 left, ${DAY} s`);
  });

  it('is forgotten after a window of quiet, and not before', async () => {
    const delayed = async () => {
      await useUpFree();
      await attempt();
    };
    await delayed();
    pass(30 + DAY - 1);
    expect(await attempt()).toBe('0 left, 60 s');
    await own.limits.forget('sign_in_session', own.key);
    await delayed();
    pass(30 + DAY);
    expect(await attempt()).toBe(`19 left, ${DAY} s`);
  });

  it('is not made longer by those who are refused', async () => {
    await useUpFree();
    await attempt();
    for (let index = 0; index < 50; index += 1) await attempt();
    pass(30);
    expect(await attempt()).toBe('0 left, 60 s');
  });

  it('is lifted with the charge that began it', async () => {
    await useUpFree();
    expect(await attempt()).toBe('0 left, 30 s');
    await own.limits.refund('sign_in_session', own.key);
    expect(await attempt()).toBe('0 left, 30 s');
    pass(30);
    expect(await attempt()).toBe('0 left, 60 s');
    await own.limits.refund('sign_in_session', own.key);
    expect(await attempt()).toBe('0 left, 60 s');
  });

  it('counts refunds to nothing and not below', async () => {
    await attempt();
    for (let index = 0; index < 3; index += 1) await own.limits.refund('sign_in_session', own.key);
    expect(await attempt()).toBe(`19 left, ${DAY} s`);
  });

  it('has nothing to refund where nothing was charged', async () => {
    await own.limits.refund('sign_in_session', own.key);
    expect(await attempt()).toBe(`19 left, ${DAY} s`);
  });

  it.each([1_050, 5_000_000, 2_147_483_647])('stays an hour after %i tries', async (points) => {
    await setRow(points, Date.now());
    expect(await attempt()).toBe(`0 left, ${HOUR} s`);
    expect(await attempt()).toBe(`RATE_LIMITED for ${HOUR} s`);
  });

  it('says minutes where seconds would have to be counted', async () => {
    await setRow(FREE + 5, Date.now() + 1_500_500);
    await expect(own.limits.charge(CALLER, 'sign_in_session', own.key)).rejects.toMatchObject({
      message: 'Too many attempts; try again in 26 minutes.',
      retryAfterSeconds: 1_501,
    });
  });
});

describe('the sweep', () => {
  it('removes what has been over for a day, and nothing that counts', async () => {
    const now = Date.now();
    await own.database.kysely.deleteFrom('rate_limits').execute();
    await setRow(3, now - DAY * 1000);
    await setRow(3, now - DAY * 1000 + 1000, 'a-second-less');
    await setRow(3, now + 1000, 'still-running');
    await own.limits.deleteExpired();
    const rows = await own.database.kysely.selectFrom('rate_limits').select('key').orderBy('key').execute();
    expect(rows.map((row) => row.key)).toEqual([
      'sign_in_session:a-second-less',
      'sign_in_session:still-running',
    ]);
  });
});

describe('while others take their tries back', () => {
  it('nobody is told to wait for the end of a window, where there is no delay', async () => {
    vi.useRealTimers();
    const waits: string[] = [];
    const tryOnce = async () => {
      const outcome = await attempt();
      if (outcome.startsWith('RATE_LIMITED')) waits.push(outcome);
      else await own.limits.refund('sign_in_session', own.key);
    };
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 60 }, tryOnce));
      await own.limits.forget('sign_in_session', own.key);
    }
    expect(waits.filter((wait) => Number(/\d+/.exec(wait)?.[0]) > 30)).toEqual([]);
  });
});
