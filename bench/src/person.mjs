import { bearer, callProcedure } from './call.mjs';

const PASSWORD = 'plum-orbit-lantern-42';

/** @typedef {{ id: string, email: string, password: string, token: string }} Account the token is its session's */

/**
 * Signs somebody up and in and reads their session, over the server's own interface.
 * @param {string} url of the server
 * @returns {Promise<Account>}
 */
export async function signUpPerson(url) {
  const person = await signUp(url, {
    email: 'asha.patel@example.com',
    firstName: 'Asha',
    lastName: 'Patel',
  });
  const answer = await fetch(`${url}/trpc/auth.me`, { headers: bearer(person.token) });
  if (!answer.ok) throw new Error(`auth.me answered ${answer.status}: ${await answer.text()}`);
  return person;
}

/**
 * Signs somebody up and in.
 * @param {string} url of the server
 * @param {{ email: string }} account with what else `auth.signUp` takes
 * @returns {Promise<Account>}
 */
export async function signUp(url, account) {
  const { email } = account;
  const { result } = await callProcedure(url, 'auth.signUp', { ...account, password: PASSWORD });
  const signedIn = await callProcedure(url, 'auth.signIn', {
    identifier: email,
    password: PASSWORD,
    credential: 'cookie',
  });
  const token = /sessionid=([0-9a-f]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1];
  if (token === undefined) throw new Error('The sign-in set no session cookie.');
  return { id: result.id, email, password: PASSWORD, token };
}
