import { bearer } from './call.mjs';
import { approveReads, PEOPLE } from './releases.mjs';

/**
 * What is asked of both servers. `server` and `baseline` make the requests, which go round, from what `prepare` has
 * made on the server, or from the account of `signUpPerson`.
 */
export const SCENARIOS = [
  {
    name: 'session-read',
    title: 'session read (auth.me over tRPC)',
    goal: 0.5,
    connections: 32,
    server: ({ token }) => [get('/trpc/auth.me', token)],
    baseline: ({ token }) => [get('/session', token)],
  },
  {
    name: 'rest-profile',
    title: 'profile read (GET /api/auth/profile/ over REST)',
    goal: 0.8,
    connections: 32,
    server: ({ token }) => [get('/api/auth/profile/', token)],
    baseline: ({ token }) => [get('/session', token)],
  },
  {
    name: 'sign-in',
    title: 'sign-in (auth.signIn over tRPC)',
    goal: 0.95,
    // Few, because a hash takes tens of milliseconds of a whole core: more would only wait.
    connections: 8,
    server: ({ email, password }) => [
      post('/trpc/auth.signIn', { identifier: email, password, credential: 'cookie' }),
    ],
    baseline: ({ email, password }) => [post('/sign-in', { identifier: email, password })],
  },
  {
    name: 'release',
    title: 'release (orgAccess.read over tRPC)',
    goal: 0.5,
    connections: PEOPLE,
    prepare: approveReads,
    server: (accesses) => accesses.map((access) => postRead('/trpc/orgAccess.read', access)),
    baseline: (accesses) => accesses.map((access) => postRead('/release', access)),
  },
];

function get(path, token) {
  return { method: 'GET', path, headers: bearer(token) };
}

function postRead(path, { requestId, token }) {
  return post(path, { requestId }, bearer(token));
}

function post(path, body, headers = {}) {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
