import {
  type AccessRequest,
  type LedgerEntry,
  type RequestAccessInput,
  verifyLedger,
} from '@truconn/contract';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { CallAnswer } from '../support/test-app.ts';
import { type Person, startTestApp, type TestApp, type TestAppOptions } from '../support/test-app.ts';

/** One server and one database for all tests of a file; each test brings its own people. */
export function useTestApp(options: TestAppOptions = {}): () => TestApp {
  let app: TestApp | undefined;
  beforeAll(async () => {
    app = await startTestApp(options);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await app?.[Symbol.asyncDispose]();
  });
  return () => {
    if (app === undefined) throw new Error('The server is up inside of tests only.');
    return app;
  };
}

/** A UUID that belongs to nothing. */
export const NOBODY = '00000000-0000-7000-8000-000000000000';

/** The headers of somebody's raw calls. */
export function bearer(person: Pick<Person, 'accessToken'>): Record<string, string> {
  return { authorization: `Bearer ${person.accessToken}` };
}

/** Somebody's raw mutation. */
export function mutateAs(
  app: TestApp,
  person: Person,
  procedure: string,
  input: unknown,
): Promise<CallAnswer> {
  return app.call(procedure, { input, headers: bearer(person) });
}

/** Somebody's raw query. */
export function queryAs(
  app: TestApp,
  person: Person,
  procedure: string,
  input: unknown,
): Promise<CallAnswer> {
  return app.call(procedure, { method: 'GET', input, headers: bearer(person) });
}

/** What an organization asks for, where a test does not care. */
export function wish(person: Person, input: Partial<RequestAccessInput> = {}): RequestAccessInput {
  return { userId: person.user.id, categoryId: 1, purpose: 'To greet you by name.', ...input };
}

/** Somebody's consent to a category, and an organization's request on it. */
export async function grantAndAsk(
  person: Person,
  organization: Person,
  input: Partial<RequestAccessInput> = {},
): Promise<AccessRequest> {
  const asked = wish(person, input);
  await person.client.consent.grant.mutate({ categoryId: asked.categoryId });
  return organization.client.orgAccess.request.mutate(asked);
}

/** All pages of a list, joined. */
export async function readAll<Item>(
  read: (page: { cursor?: string; limit: number }) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Item[]; nextCursor: string | null } = await read({
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** Somebody's whole ledger, checked as they could check it themselves. */
export async function readLedger(person: Person): Promise<LedgerEntry[]> {
  const entries = await readAll((page) => person.client.consent.ledger.query(page));
  expect(await verifyLedger(entries)).toMatchObject({ valid: true, entries: entries.length });
  return entries;
}

/** What the ledger says happened, oldest first. */
export async function readActions(person: Person): Promise<string[]> {
  return (await readLedger(person)).map((entry) => entry.action);
}

/** One person's consent to one category, as they see it. */
export async function readConsent(person: Person, categoryId: number) {
  const { items } = await person.client.consent.list.query();
  const found = items.find((consent) => consent.categoryId === categoryId);
  if (found === undefined) throw new Error(`There is no category ${categoryId}.`);
  return found;
}

/** Stops the server's clock; databases and timers go on. */
export function stopClock(at: Date = new Date()): void {
  vi.useFakeTimers({ toFake: ['Date'], now: at });
}

/** Moves a stopped clock on. */
export function advanceClock(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

/** A moment so many seconds from now. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** How many deadlocks PostgreSQL has broken in this app's database. */
export async function countDeadlocks(app: TestApp): Promise<number> {
  await app.sql('select pg_stat_force_next_flush()');
  const rows = await app.sql<{ deadlocks: number }>(
    'select deadlocks::integer from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks ?? -1;
}
