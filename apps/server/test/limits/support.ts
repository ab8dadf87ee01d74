import type { ErrorCode } from '@truconn/contract';
import { errorData } from '../support/calls.ts';
import type { CallAnswer, TestApp } from '../support/test-app.ts';

export const WRONG = 'not-the-password-42';

/** Tries to sign in as raw HTTP. */
export function trySignIn(
  app: TestApp,
  identifier: string,
  { password = WRONG, headers = {} }: { password?: string; headers?: Record<string, string> } = {},
): Promise<CallAnswer> {
  return app.call('auth.signIn', { input: { identifier, password, credential: 'bearer' }, headers });
}

/** `ok`, or the code of an answer's error. */
export function codeOf(answer: CallAnswer): ErrorCode | 'ok' {
  return answer.status === 200 ? 'ok' : errorData(answer).code;
}

/** Tries until refused. @returns how many were judged before */
export async function countJudged(attempt: (index: number) => Promise<CallAnswer>): Promise<number> {
  for (let judged = 0; judged < 1_000; judged += 1) {
    if (codeOf(await attempt(judged)) === 'RATE_LIMITED') return judged;
  }
  throw new Error('A thousand tries were judged.');
}

/** How many answers there were of each code. */
export function countCodes(answers: CallAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of answers.map(codeOf)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** The address that a trusted proxy names. */
export const from = (ip: string) => ({ 'x-forwarded-for': ip });
export const BEHIND_A_PROXY = { TRUSTED_PROXIES: '127.0.0.1' };

/** The counts of one limit, as they are kept. */
export function countsOf(app: TestApp, limit: string): Promise<{ key: string; points: number }[]> {
  return app.sql('select key, points from rate_limits where key like $1 order by key', [`${limit}:%`]);
}

/** What is counted under one key of a limit; nothing where there is no count. */
export async function pointsOf(app: TestApp, limit: string, key: string): Promise<number | undefined> {
  return (await countsOf(app, limit)).find((count) => count.key === `${limit}:${key}`)?.points;
}

/** Makes a count as if so many had been charged. */
export async function setPoints(app: TestApp, limit: string, points: number): Promise<void> {
  await app.sql('update rate_limits set points = $2 where key like $1', [`${limit}:%`, points]);
}
