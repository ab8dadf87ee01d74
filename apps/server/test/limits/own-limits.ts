import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import type { Limits } from '../../src/domain/limits.ts';
import { createLimits } from '../../src/limits/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

export const CALLER = { requestId: crypto.randomUUID(), ip: null, userAgent: null };

/** Limits without a server, on a database of their own; `Date` stands still, and each test has its own key. */
export interface OwnLimits {
  readonly database: Database;
  readonly limits: Limits;
  readonly key: string;
}

/** Call it where the file's other set-ups are; its values are there inside of tests. */
export function useOwnLimits(): OwnLimits {
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
  return {
    get database() {
      return database;
    },
    get limits() {
      return limits;
    },
    get key() {
      return key;
    },
  };
}

/** Lets time pass. */
export const pass = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
