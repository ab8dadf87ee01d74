/**
 * What is asked of both servers. `server` and `baseline` make the request from the account that
 * `signUpPerson` made.
 */
export const SCENARIOS = [
  {
    name: 'session-read',
    title: 'session read (auth.me over tRPC)',
    goal: 0.5,
    connections: 32,
    server: ({ token }) => ({ method: 'GET', path: '/trpc/auth.me', headers: bearer(token) }),
    baseline: ({ token }) => ({ method: 'GET', path: '/session', headers: bearer(token) }),
  },
  {
    name: 'rest-profile',
    title: 'profile read (GET /api/auth/profile/ over REST)',
    goal: 0.8,
    connections: 32,
    server: ({ token }) => ({ method: 'GET', path: '/api/auth/profile/', headers: bearer(token) }),
    baseline: ({ token }) => ({ method: 'GET', path: '/session', headers: bearer(token) }),
  },
  {
    name: 'sign-in',
    title: 'sign-in (auth.signIn over tRPC)',
    goal: 0.95,
    // Few, because a hash takes tens of milliseconds of a whole core: more would only wait.
    connections: 8,
    server: ({ email, password }) =>
      post('/trpc/auth.signIn', { identifier: email, password, credential: 'cookie' }),
    baseline: ({ email, password }) => post('/sign-in', { identifier: email, password }),
  },
];

function bearer(token) {
  return { authorization: `Bearer ${token}` };
}

function post(path, body) {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
