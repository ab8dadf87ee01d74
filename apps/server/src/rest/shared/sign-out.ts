import { detailAnswer } from '../drf.ts';
import { defineRoute } from '../route.ts';

function logoutAt(url: string) {
  return defineRoute({
    method: 'POST',
    url,
    summary: 'Sign out',
    description: 'Ends the session: its cookie, its session token and its JWTs.',
    access: 'person',
    procedure: (api) => api.auth.signOut,
    input: () => undefined,
    answer: detailAnswer,
    present: () => ({ detail: 'Logged out' }),
    example: { answer: { detail: 'Logged out' } },
  });
}

/** Documents 1 and 2 end a session under URLs of their own. */
export const logout = logoutAt('/api/auth/logout/');
export const logoutOfSessionAuth = logoutAt('/api/logout/');
