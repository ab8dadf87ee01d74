import { answer } from './scripted-server.ts';
import { generationOf, makePair } from './tokens.ts';

const ME = { user: { id: 'asha' }, session: { id: 'session-1' } };
export const CREDENTIALS = { identifier: 'asha@example.org', password: 'plum-orbit' };

/** The replies of a server where anybody signs in, and every token is taken. */
export const open = answer((path: string, input: { refreshToken?: string }) => {
  if (path === 'auth.signIn') return { ...ME, ...makePair() };
  if (path === 'auth.refresh') return makePair({ generation: generationOf(input.refreshToken ?? '') + 1 });
  return ME;
});
