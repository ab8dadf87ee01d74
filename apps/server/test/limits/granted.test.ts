import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import type { Limits } from '../../src/domain/limits.ts';
import { createLimits } from '../../src/limits/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const CALLER = { requestId: crypto.randomUUID(), ip: null, userAgent: null };
const LIMIT = 'sign_in_recovered';
const HOUR = 3_600;

let testDatabase: TestDatabase;
let database: Database;
let limits: Limits;
let key: string;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase(testDatabase.appUrl);
  limits = createLimits(database);
});
beforeEach(() => {
  key = crypto.randomUUID();
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

/** One try: what is left, or that it was refused. */
const attempt = () =>
  limits.charge(CALLER, LIMIT, key).then(
    (state) => `${state?.remaining} left, ${state?.resetSeconds} s`,
    (error: { code: string }) => error.code,
  );
const pass = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);

describe('a limit that is granted', () => {
  it('lets nobody through before', async () => {
    expect([await attempt(), await attempt()]).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('lets ten through, in the hour that begins with the grant', async () => {
    await limits.grant(LIMIT, key);
    pass(60);
    for (let left = 9; left >= 0; left -= 1) expect(await attempt()).toBe(`${left} left, ${HOUR - 60} s`);
    expect(await attempt()).toBe('RATE_LIMITED');
  });

  it('is over with its hour', async () => {
    await limits.grant(LIMIT, key);
    pass(HOUR - 1);
    expect(await attempt()).toBe('9 left, 1 s');
    pass(1);
    expect([await attempt(), await attempt()]).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('gives a try back, and none that nobody took', async () => {
    await limits.grant(LIMIT, key);
    await attempt();
    for (let index = 0; index < 3; index += 1) await limits.refund(LIMIT, key);
    expect(await attempt()).toBe(`9 left, ${HOUR} s`);
  });

  it('is not used up any further by those who are refused', async () => {
    await limits.grant(LIMIT, key);
    for (let index = 0; index < 15; index += 1) await attempt();
    await limits.refund(LIMIT, key);
    expect(await attempt()).toBe(`0 left, ${HOUR} s`);
  });

  it('is not opened by a refund', async () => {
    await limits.refund(LIMIT, key);
    expect(await attempt()).toBe('RATE_LIMITED');
    await limits.grant(LIMIT, key);
    pass(HOUR);
    await limits.refund(LIMIT, key);
    expect(await attempt()).toBe('RATE_LIMITED');
  });

  it('begins anew with another grant', async () => {
    await limits.grant(LIMIT, key);
    await attempt();
    pass(60);
    await limits.grant(LIMIT, key);
    expect(await attempt()).toBe(`9 left, ${HOUR} s`);
  });

  it('is each key’s own', async () => {
    await limits.grant(LIMIT, 'another');
    expect(await attempt()).toBe('RATE_LIMITED');
  });

  it('lets ten of thirty at once through', async () => {
    await limits.grant(LIMIT, key);
    const codes = await Promise.all(Array.from({ length: 30 }, attempt));
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20);
  });

  it('tells nothing in headers, refused or not', async () => {
    const onCharge = vi.fn();
    const charge = () => limits.charge({ ...CALLER, onCharge }, LIMIT, key).catch(() => undefined);
    await charge();
    await limits.grant(LIMIT, key);
    await charge();
    expect(onCharge).not.toHaveBeenCalled();
  });
});
