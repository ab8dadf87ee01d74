import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, errorData, whoAmI } from '../support/calls.ts';
import { type CallAnswer, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let asha: Person;
beforeAll(async () => {
  // A hash as dear as in production: cheap ones would never wait.
  // Without limits, which would refuse most of the flood before it comes to the hash.
  app = await startTestApp({
    env: { RATE_LIMITS: 'off' },
    hashCost: { memoryKibibytes: 19_456, passes: 2 },
  });
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

const wrongSignIn = () =>
  app.call('auth.signIn', {
    input: { identifier: asha.email, password: 'not-her-password', credential: 'bearer' },
  });

/** Sends so many sign-ins at once, and asks `auth.me` while they are worked on. */
async function flood(count: number) {
  let answered = 0;
  const signIns = Array.from({ length: count }, () =>
    wrongSignIn().then((answer) => {
      answered += 1;
      return answer;
    }),
  );
  const reads: string[] = [];
  const readsWhileWaiting: number[] = [];
  for (let read = 0; read < 5; read += 1) {
    reads.push(await whoAmI(app, bearer(asha.accessToken)));
    readsWhileWaiting.push(answered);
  }
  return { answers: await Promise.all(signIns), reads, readsWhileWaiting };
}

describe('a flood of sign-ins', () => {
  let result: { answers: CallAnswer[]; reads: string[]; readsWhileWaiting: number[] };
  beforeAll(async () => {
    result = await flood(90);
  });

  it('is answered or told to come back, and nothing else', () => {
    const codes = new Set(result.answers.map((answer) => errorData(answer).code));
    expect(codes).toEqual(new Set(['INVALID_CREDENTIALS', 'OVERLOADED']));
  });

  it('is told when, in the header and in the body', () => {
    for (const answer of result.answers.filter(({ status }) => status === 503)) {
      expect(errorData(answer).retryAfterSeconds).toBe(2);
      expect(answer.headers.get('retry-after')).toBe('2');
    }
  });

  it('leaves reading to answer before the flood is through', () => {
    expect(new Set(result.reads)).toEqual(new Set([`200 ${asha.email}`]));
    expect(result.readsWhileWaiting.at(-1)).toBeLessThan(90);
  });

  it('leaves nothing behind: the right password signs in again, and no slot is lost', async () => {
    expect((await app.signIn(asha.email)).user.email).toBe(asha.email);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('truconn_hashes_running 0');
    expect(metrics).toContain('truconn_hashes_waiting 0');
  });

  it('that hangs up at once leaves no slot taken either', async () => {
    const cut = Array.from({ length: 60 }, async () => {
      const body = JSON.stringify({ identifier: asha.email, password: 'not-hers', credential: 'bearer' });
      const headers = { 'content-type': 'application/json' };
      const signal = AbortSignal.timeout(20);
      await fetch(`${app.url}/trpc/auth.signIn`, { method: 'POST', headers, body, signal }).catch(
        () => undefined,
      );
    });
    await Promise.all(cut);
    const signIn = async (): Promise<string> => {
      const answer = await app.signIn(asha.email).catch(() => undefined);
      return answer?.user.email ?? signIn();
    };
    expect(await signIn()).toBe(asha.email);
  });
});

describe('the work of a refusal does not tell what was wrong', () => {
  it('an unknown account takes about as long as a wrong password', async () => {
    const time = async (identifier: string) => {
      const started = performance.now();
      await app.call('auth.signIn', { input: { identifier, password: 'not-hers', credential: 'bearer' } });
      return performance.now() - started;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      known.push(await time(asha.email));
      unknown.push(await time('nobody@example.com'));
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[7] ?? 0;
    // Without the hash the ratio is above ten.
    expect(median(known) / median(unknown)).toBeLessThan(3);
    expect(median(unknown) / median(known)).toBeLessThan(3);
  });
});
