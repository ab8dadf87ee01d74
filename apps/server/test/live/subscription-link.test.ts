import { createTRPCClient, httpSubscriptionLink, type TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import type { AppRouter } from '../../src/http/app-router.ts';
import { useTestApp } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';
import { FetchEventSource } from './fetch-event-source.ts';
import { countWatchers } from './support.ts';

const app = useTestApp();

function connect({ accessToken }: Person) {
  const authorization = `Bearer ${accessToken}`;
  const link = httpSubscriptionLink<AppRouter, typeof FetchEventSource>({
    url: `${app().url}/trpc`,
    EventSource: FetchEventSource,
    eventSourceOptions: { headers: { authorization } },
  });
  return createTRPCClient<AppRouter>({ links: [link] });
}

test('httpSubscriptionLink reads a stream, and goes on where it was cut', async () => {
  const asha = await app().signUp();
  const got: string[] = [];
  let connected = 0;
  const subscription = connect(asha).consent.watch.subscribe(undefined, {
    onStarted: () => {
      connected += 1;
    },
    onData: ({ id, data }) => void got.push(`${id} ${data.action}`),
  });
  await expect.poll(() => connected).toBe(1);
  // Cut before the first event: the browser has the id of `connected`.
  app().app.server.closeAllConnections();
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  await expect.poll(() => got, { timeout: 10_000 }).toEqual(['1 CONSENT_GRANTED']);
  app().app.server.closeAllConnections();
  await asha.client.consent.revoke.mutate({ categoryId: 1 });
  await expect.poll(() => got, { timeout: 10_000 }).toEqual(['1 CONSENT_GRANTED', '2 CONSENT_REVOKED']);
  subscription.unsubscribe();
  await expect.poll(() => countWatchers(app())).toBe(0);
});

test('httpSubscriptionLink is told the code that a stream ends with', async () => {
  const asha = await app().signUp();
  const failed = new Promise<TRPCClientError<AppRouter>>((resolve) => {
    connect(asha).consent.watch.subscribe(undefined, {
      onStarted: () => void asha.client.auth.signOut.mutate(),
      onError: resolve,
    });
  });
  expect((await failed).data?.code).toBe('UNAUTHENTICATED');
});
