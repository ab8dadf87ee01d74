import { bearer, grantAndAsk } from '../consent/support.ts';
import type { RestAnswer } from '../support/rest.ts';
import type { Person, TestApp } from '../support/test-app.ts';

/** Calls a documented URL: as a person with their access token, or with headers of any kind. */
export function rest(
  app: TestApp,
  who: Person | Record<string, string>,
  call: `${string} /${string}`,
  body?: unknown,
): Promise<RestAnswer> {
  return app.rest(call, { headers: isPerson(who) ? bearer(who) : who, body });
}

function isPerson(who: Person | Record<string, string>): who is Person {
  return 'client' in who;
}

/** An access request and the integer that REST knows it by. */
export async function askNumbered(app: TestApp, person: Person, organization: Person, categoryId = 1) {
  const request = await grantAndAsk(person, organization, { categoryId });
  return { ...request, number: await numberOf(app, 'access_requests', request.id) };
}

/** The integer that REST knows a row by. */
export async function numberOf(
  app: TestApp,
  table: 'users' | 'organizations' | 'access_requests',
  id: string | undefined,
): Promise<number> {
  const [row] = await app.sql<{ number: number }>(`select number from ${table} where id = $1`, [id]);
  if (row === undefined) throw new Error(`There is no ${id} in ${table}.`);
  return row.number;
}

type Path = `/${string}`;

/** Every answer of a list, from the first page to the last, by following `Link`. */
export async function followLinks(
  app: TestApp,
  who: Person,
  url: Path,
  limit: number,
): Promise<RestAnswer[]> {
  const answers: RestAnswer[] = [];
  let next: Path | undefined = `${url}?limit=${limit}`;
  while (next !== undefined) {
    const answer: RestAnswer = await rest(app, who, `GET ${next}`);
    answers.push(answer);
    next = nextOf(answer);
  }
  return answers;
}

/** Where `Link` says that the next page is. */
export function nextOf({ headers }: RestAnswer): Path | undefined {
  const [, path] = /^<\/([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  return path === undefined ? undefined : `/${path}`;
}

export const NOT_FOUND = { status: 404, body: { detail: 'Not found.' } };
export const NOT_GRANTED = { status: 400, body: { error: 'User has not granted this consent.' } };

/** What is no integer id in a URL. */
export const NOT_A_NUMBER = [
  '0',
  '-1',
  '01',
  '1.0',
  '1e3',
  '0x1',
  '+1',
  '%201',
  '2147483648',
  '9999999999',
  '99999999999999999999',
  '%00',
  '1%00',
  '1%2F2',
  'one',
  'null',
  '%C3%A9',
  '٣',
  "1'--",
  '..%2f1',
  '1'.repeat(2000),
];
