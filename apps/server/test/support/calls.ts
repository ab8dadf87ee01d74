import type { ErrorCode, ErrorData } from '@truconn/contract';
import { errorOf } from './errors.ts';
import type { CallAnswer, TestApp } from './test-app.ts';

/** How each of some calls ended, counted: `{ ok: 1, EMAIL_TAKEN: 49 }`. */
export async function tally(calls: Promise<unknown>[]): Promise<Record<string, number>> {
  const endings = await Promise.all(calls.map(endingOf));
  const counts: Record<string, number> = {};
  for (const ending of endings) counts[ending] = (counts[ending] ?? 0) + 1;
  return counts;
}

/** `ok`, or the code of the error that a call ends with. */
export async function endingOf(call: Promise<unknown>): Promise<ErrorCode | 'ok'> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (await errorOf(Promise.reject(error))).code;
  }
}

/** The `data` of a raw answer that is an error; fails with the whole answer when it is none. */
export function errorData(answer: CallAnswer): ErrorData {
  const data = answer.body?.error?.data;
  if (data === undefined) throw new Error(`not an error: ${JSON.stringify(answer.body)}`);
  return data;
}

/** A browser that has signed in. */
export interface Browser {
  /** What it sends as `Cookie`. */
  cookie: string;
  /** The session token inside. */
  token: string;
  setCookie: string;
  answer: CallAnswer;
}

export async function signInBrowser(
  app: TestApp,
  account: { email: string; password: string },
  headers: Record<string, string> = {},
): Promise<Browser> {
  const input = { identifier: account.email, password: account.password, credential: 'cookie' };
  const answer = await app.call('auth.signIn', { input, headers });
  const [setCookie = ''] = answer.headers.getSetCookie();
  const [cookie = ''] = setCookie.split(';');
  return { cookie, token: cookie.split('=')[1] ?? '', setCookie, answer };
}

/** Asks `auth.me` with these headers: the status, and the code of a refusal. */
export async function whoAmI(app: TestApp, headers: Record<string, string>): Promise<string> {
  const answer = await app.call('auth.me', { method: 'GET', headers });
  return answer.status === 200
    ? `200 ${answer.body.result.data.user.email}`
    : `${answer.status} ${errorData(answer).code}`;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
