import { describe, expect, it, vi } from 'vitest';
import { CALLER, pass, useOwnLimits } from './own-limits.ts';

const LIMIT = 'sign_in_recovered';
const HOUR = 3_600;

const own = useOwnLimits();

/** One try: what is left, or that it was refused. */
const attempt = () =>
  own.limits.charge(CALLER, LIMIT, own.key).then(
    (state) => `${state?.remaining} left, ${state?.resetSeconds} s`,
    (error: { code: string }) => error.code,
  );

describe('a limit that is granted', () => {
  it('lets nobody through before', async () => {
    expect([await attempt(), await attempt()]).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('lets ten through, in the hour that begins with the grant', async () => {
    await own.limits.grant(LIMIT, own.key);
    pass(60);
    for (let left = 9; left >= 0; left -= 1) expect(await attempt()).toBe(`${left} left, ${HOUR - 60} s`);
    expect(await attempt()).toBe('RATE_LIMITED');
  });

  it('is over with its hour', async () => {
    await own.limits.grant(LIMIT, own.key);
    pass(HOUR - 1);
    expect(await attempt()).toBe('9 left, 1 s');
    pass(1);
    expect([await attempt(), await attempt()]).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('gives a try back, and none that nobody took', async () => {
    await own.limits.grant(LIMIT, own.key);
    await attempt();
    for (let index = 0; index < 3; index += 1) await own.limits.refund(LIMIT, own.key);
    expect(await attempt()).toBe(`9 left, ${HOUR} s`);
  });

  it('is not used up any further by those who are refused', async () => {
    await own.limits.grant(LIMIT, own.key);
    for (let index = 0; index < 15; index += 1) await attempt();
    await own.limits.refund(LIMIT, own.key);
    expect(await attempt()).toBe(`0 left, ${HOUR} s`);
  });

  it('is not opened by a refund', async () => {
    await own.limits.refund(LIMIT, own.key);
    expect(await attempt()).toBe('RATE_LIMITED');
    await own.limits.grant(LIMIT, own.key);
    pass(HOUR);
    await own.limits.refund(LIMIT, own.key);
    expect(await attempt()).toBe('RATE_LIMITED');
  });

  it('begins anew with another grant', async () => {
    await own.limits.grant(LIMIT, own.key);
    await attempt();
    pass(60);
    await own.limits.grant(LIMIT, own.key);
    expect(await attempt()).toBe(`9 left, ${HOUR} s`);
  });

  it('is each key’s own', async () => {
    await own.limits.grant(LIMIT, 'another');
    expect(await attempt()).toBe('RATE_LIMITED');
  });

  it('lets ten of thirty at once through', async () => {
    await own.limits.grant(LIMIT, own.key);
    const codes = await Promise.all(Array.from({ length: 30 }, attempt));
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20);
  });

  it('tells nothing in headers, refused or not', async () => {
    const onCharge = vi.fn();
    const charge = () => own.limits.charge({ ...CALLER, onCharge }, LIMIT, own.key).catch(() => undefined);
    await charge();
    await own.limits.grant(LIMIT, own.key);
    await charge();
    expect(onCharge).not.toHaveBeenCalled();
  });
});
