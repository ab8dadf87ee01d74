import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorkplace, type ServerProcess, type Workplace } from '../support/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

// Each judged try costs a hash of full strength.
vi.setConfig({ testTimeout: 90_000 });

const EMAIL = 'asha@example.com';

let database: TestDatabase;
let place: Workplace;
let servers: ServerProcess[];
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  place = createWorkplace();
  const env = { DATABASE_URL: database.appUrl, JOBS: 'off' };
  servers = [await place.start(env), await place.start(env)];
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await call(0, 'auth.signUp', {
    email: EMAIL,
    password: 'plum-orbit-lantern-42',
    firstName: 'Asha',
    lastName: 'Patel',
  });
});
beforeEach(() => owner.query('delete from rate_limits'));
afterAll(async () => {
  await owner.end();
  await place[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Calls one of the two servers, in turn. */
async function call(index: number, procedure: string, input: object): Promise<number> {
  const server = servers[index % servers.length];
  const response = await fetch(`${server?.url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  await response.arrayBuffer();
  return response.status;
}

/** A wrong sign-in. One that finds no place to be hashed is not judged, counts nowhere, and comes again. */
async function guess(index: number, identifier: string): Promise<number> {
  const input = { identifier, password: 'not-the-password-42', credential: 'bearer' };
  const status = await call(index, 'auth.signIn', input);
  return status === 503 ? guess(index, identifier) : status;
}

/** So many guesses from forty callers at once, half of them at each server: how many got which status. */
async function attack(guesses: number, identifier: string): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  let sent = 0;
  const keepGuessing = async (caller: number) => {
    while (sent < guesses) {
      sent += 1;
      const status = await guess(caller, identifier);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 40 }, (_, caller) => keepGuessing(caller)));
  return counts;
}

describe('two servers on one database, attacked at once', () => {
  it.each([
    ['an account', EMAIL],
    ['an account that does not exist', 'nobody@example.com'],
  ])('judge forty of 120 wrong sign-ins at %s between them', async (_name, identifier) => {
    expect(await attack(120, identifier)).toEqual({ 401: 40, 429: 80 });
  });

  it('judge one of thirty when a delay is over', async () => {
    expect(await attack(60, EMAIL)).toEqual({ 401: 40, 429: 20 });
    for (let round = 0; round < 3; round += 1) {
      const counted = await owner.query(
        `update rate_limits set expire = $1 where key like 'sign_in_account:%' returning points`,
        [Date.now() - 1],
      );
      expect(counted.rows).toEqual([{ points: 40 + round }]);
      expect(await attack(30, EMAIL)).toEqual({ 401: 1, 429: 29 });
    }
  });

  it('judge one of thirty when one try is left from their address', async () => {
    await guess(0, EMAIL);
    await owner.query(`update rate_limits set points = 119 where key like 'sign_in_address:%'`);
    expect(await attack(30, EMAIL)).toEqual({ 401: 1, 429: 29 });
  });
});
