import { ERROR_CODES, type ErrorCode } from '@truconn/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { keepOutcome } from '../../src/domain/idempotency/kept-outcomes.ts';
import { toKeyedCall } from '../../src/domain/idempotency/keyed-call.ts';
import { createEnvelope } from '../../src/encryption/envelope.ts';
import { deriveMasterKeys } from '../../src/encryption/master-keys.ts';
import { useTestApp } from '../consent/support.ts';
import { TEST_MASTER_KEY } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

const app = useTestApp();

/** Not now, not you, or a failure of ours: the next time it may be another answer. */
const NOT_KEPT = [
  'INVALID_CREDENTIALS',
  'UNAUTHENTICATED',
  'SESSION_EXPIRED',
  'TOKEN_REUSED',
  'REQUEST_TIMEOUT',
  'IDEMPOTENCY_CONFLICT',
  'RATE_LIMITED',
  'INTERNAL',
  'OVERLOADED',
  'UNAVAILABLE',
];

const WAITING = `select from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

let database: Database;
let userId: string;
beforeAll(async () => {
  database = connectDatabase(app().database.appUrl, { maxConnections: 2 });
  userId = (await app().signUp()).user.id;
});
afterAll(() => database.close());

const envelope = createEnvelope(deriveMasterKeys(TEST_MASTER_KEY));
const callUnder = (key: string) => toKeyedCall({ userId }, 'test', { key, input: undefined }, envelope);

/** A transaction under a key that writes a bio and then ends in `end`. */
function writeAndEnd<Result>(key: string, end: () => Result): Promise<Result> {
  const keyed = keepOutcome(database, callUnder(key));
  return keyed.transact(async (trx) => {
    await trx.updateTable('profiles').set({ bio: key }).where('user_id', '=', userId).execute();
    return end();
  });
}

async function readBio(): Promise<string | null | undefined> {
  const [row] = await app().sql<{ bio: string | null }>('select bio from profiles where user_id = $1', [
    userId,
  ]);
  return row?.bio;
}

/** What a second call under the key comes to. */
function callAgain(key: string): Promise<unknown> {
  return writeAndEnd(key, () => 'made anew').catch((error: unknown) => error);
}

const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).map(
  (code) => [code, NOT_KEPT.includes(code)] as const,
);

describe('a transaction under a key', () => {
  test.each(codes)('that throws %s leaves nothing behind it (made anew: %s)', async (code, isAnew) => {
    const key = `thrown-${code}`;
    const thrown = new DomainError(code, { message: 'Why.', fields: { name: ['How.'] } });
    const call = writeAndEnd(key, () => {
      throw thrown;
    });
    await expect(call).rejects.toBe(thrown);
    expect(await readBio()).not.toBe(key);
    expect(await callAgain(key)).toEqual(isAnew ? 'made anew' : thrown);
    expect(await callAgain(key)).toEqual(isAnew ? 'made anew' : thrown);
  });

  test.each(codes)('that returns %s keeps what it wrote (made anew: %s)', async (code, isAnew) => {
    const key = `returned-${code}`;
    const returned = new DomainError(code, { message: 'Why.' });
    expect(await writeAndEnd(key, () => returned)).toBe(returned);
    expect(await readBio()).toBe(key);
    expect(await callAgain(key)).toEqual(isAnew ? 'made anew' : returned);
  });

  test('that keeps nothing after all gives back its own key alone', async () => {
    const ravi = await app().signUp();
    const others = [
      [userId, 'test', 'other'],
      [userId, 'other', 'back'],
      [ravi.user.id, 'test', 'back'],
    ];
    for (const other of others) {
      await app().sql(
        `insert into idempotency_keys values ($1, $2, $3, repeat('0', 64), '{}', now())`,
        other,
      );
    }
    await writeAndEnd('back', () => new DomainError('RATE_LIMITED'));
    const left = await app().sql(
      `select from idempotency_keys where 'other' in (procedure, key) or user_id = $1`,
      [ravi.user.id],
    );
    expect(left).toHaveLength(others.length);
    expect(await callAgain('back')).toBe('made anew');
  });

  test('that throws anything else is rolled back with its key', async () => {
    const broken = new Error('broken');
    const call = writeAndEnd('broken', () => {
      throw broken;
    });
    await expect(call).rejects.toBe(broken);
    expect(await readBio()).not.toBe('broken');
    expect(await callAgain('broken')).toBe('made anew');
  });

  test.each([[undefined], [null], [0], [''], [[]], [{ text: '𝕏 ü', list: [1, null], deep: { is: true } }]])(
    'that comes to %j comes to it again',
    async (result) => {
      const key = `result-${JSON.stringify(result)?.length}-${typeof result}-${String(result).length}`;
      expect(await writeAndEnd(key, () => result)).toBe(result);
      expect(await callAgain(key)).toEqual(result);
    },
  );

  test('that meets a deadlock is tried again with its key', async () => {
    let tries = 0;
    const call = writeAndEnd('deadlock', () => {
      tries += 1;
      if (tries === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      return tries;
    });
    expect(await call).toBe(2);
    expect(await callAgain('deadlock')).toBe(2);
  });

  test('that refuses while a twin waits for its key comes to what the twin comes to', async () => {
    const call = callUnder('between');
    let twin: Promise<string> | undefined;
    const first = keepOutcome(database, call).transact(async () => {
      twin = keepOutcome(database, call).transact(async () => 'done');
      await eventually(async () => (await app().sql(WAITING)).length > 0);
      throw new DomainError('CONSENT_NOT_GRANTED');
    });
    const endings = await Promise.allSettled([first, first.catch(() => undefined).then(() => twin)]);
    expect(endings[0]).toEqual(endings[1]);
  });

  test('is the only one of its call', async () => {
    const keyed = keepOutcome(database, callUnder('two'));
    expect(await keyed.transact(async () => 'first')).toBe('first');
    await expect(keyed.transact(async () => 'second')).rejects.toThrow('one transaction');
  });
});
