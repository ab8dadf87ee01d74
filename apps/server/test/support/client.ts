import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '../../src/http/app-router.ts';

export type Client = ReturnType<typeof connectClient>;

/** A typed client of a server, wherever it runs. */
export function connectClient(url: string, headers: Record<string, string> = {}) {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
}

/** Signs in and gives the client of that session. */
export async function signInClient(url: string, identifier: string, password: string): Promise<Client> {
  const { accessToken } = await connectClient(url).auth.signIn.mutate({
    identifier,
    password,
    credential: 'bearer',
  });
  return connectClient(url, { authorization: `Bearer ${accessToken}` });
}
