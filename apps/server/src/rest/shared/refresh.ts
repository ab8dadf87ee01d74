import { z } from 'zod';
import { defineRoute } from '../route.ts';

const refreshBody = z
  .object({ refresh: z.string().min(1, 'This field may not be blank.').max(4096) })
  .meta({ id: 'Refresh' });
const refreshAnswer = z.object({ access: z.string() }).meta({ id: 'Access' });

const BAD_REFRESH = 'Token is invalid or expired; sign in again.';

function refreshAt(url: string) {
  return defineRoute({
    method: 'POST',
    url,
    summary: 'Exchange a refresh token for an access token',
    description: 'The refresh token stays as it is, until it expires or its session ends.',
    access: 'anybody',
    body: refreshBody,
    procedure: (api) => api.compat.refresh,
    input: ({ body }) => ({ refreshToken: body.refresh }),
    answer: refreshAnswer,
    present: ({ accessToken }) => ({ access: accessToken }),
    fieldNames: { refreshToken: 'refresh' },
    sentences: { UNAUTHENTICATED: BAD_REFRESH, SESSION_EXPIRED: BAD_REFRESH },
    errors: ['UNAUTHENTICATED', 'SESSION_EXPIRED', 'TOKEN_REUSED', 'RATE_LIMITED'],
    example: { request: { refresh: 'your_refresh_token' }, answer: { access: 'your_new_access_token' } },
  });
}

/** Documents 3 and 5 exchange a refresh token under URLs of their own; document 2 has none. */
export const refresh = refreshAt('/api/token/refresh/');
export const refreshOfSimpleJwt = refreshAt('/user/api/token/refresh/');
