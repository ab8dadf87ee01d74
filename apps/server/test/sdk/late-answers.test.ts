import { describe, expect, it } from 'vitest';
import {
  connectSdk,
  emailOf,
  errorOf,
  holdBack,
  inBrowser,
  online,
  signInAs,
  signInSdk,
  startFileApp,
} from './support.ts';

const app = await startFileApp();

describe.each([
  ['in storage', () => ({})],
  ['in a cookie', () => inBrowser()],
] as const)('a call of an earlier session, %s, that is answered late', (_where, makeOptions) => {
  it('with a refusal does not end the new one, and is not repeated as the new person', async () => {
    const asha = await signInSdk(app, makeOptions());
    const bina = await signInSdk(app);
    await app.sql('delete from sessions where public_id = $1', [asha.sessionId]);
    const finish = await holdBack(asha, 'profile.get', 'answers', () => asha.truconn.profile.get());
    await signInAs(asha, bina);
    expect(await errorOf(finish())).toMatchObject({ status: 401 });
    expect(asha.count('profile.get')).toBe(1);
    expect(asha.heard).toEqual(['signed-in']);
    expect(await emailOf(asha)).toBe(bina.email);
  });

  it('with who was signed in does not say that they are', async () => {
    const asha = await signInSdk(app, makeOptions());
    const bina = await signInSdk(app);
    const finish = await holdBack(asha, 'auth.me', 'answers', () => asha.truconn.auth.me());
    await signInAs(asha, bina);
    expect((await finish()).user.email).toBe(asha.email);
    expect(asha.truconn.session.state).toMatchObject({ status: 'signed-in', user: { email: bina.email } });
    expect(asha.heard).toEqual(['signed-in']);
  });

  it('with who was signed in does not sign in whoever has signed out', async () => {
    const asha = await signInSdk(app, makeOptions());
    const finish = await holdBack(asha, 'auth.me', 'answers', () => asha.truconn.auth.me());
    await asha.truconn.auth.signOut();
    await finish();
    expect(asha.truconn.session.state).toEqual({ status: 'signed-out', reason: 'SIGNED_OUT' });
    expect(asha.heard).toEqual(['SIGNED_OUT']);
  });

  it('that signed the person out does not sign out the new one', async () => {
    const asha = await signInSdk(app, makeOptions());
    const bina = await signInSdk(app);
    const finish = await holdBack(asha, 'auth.signOut', 'answers', () => asha.truconn.auth.signOut());
    await signInAs(asha, bina);
    await finish();
    expect(asha.heard.at(-1)).toBe('signed-in');
    expect(asha.truconn.session.state).toMatchObject({ status: 'signed-in', user: { email: bina.email } });
    expect(await emailOf(asha)).toBe(bina.email);
  });
});

it('a pair that a refresh brings late does not take the place of the new session’s', async () => {
  const asha = await signInSdk(app);
  const bina = await signInSdk(app);
  const finish = await holdBack(asha, 'auth.refresh', 'answers', () => asha.truconn.auth.refresh());
  await signInAs(asha, bina);
  await finish().catch(() => undefined);
  expect(await emailOf(asha)).toBe(bina.email);
  expect(await emailOf(connectSdk(app, { storage: asha.storage }))).toBe(bina.email);
});

describe('a call that is repeated', () => {
  it.each(['grant', 'list'] as const)(
    'is not repeated as somebody who has signed in meanwhile: consent.%s',
    async (name) => {
      const asha = await signInSdk(app);
      const bina = await signInSdk(app);
      const path = `consent.${name}`;
      const failed = Promise.withResolvers<void>();
      asha.network = (asked, send) => {
        if (asked !== path) return send();
        failed.resolve();
        return Promise.resolve(
          new Response('<title>Busy</title>', { status: 503, headers: { 'retry-after': '1' } }),
        );
      };
      const { consent, auth } = asha.truconn;
      const calling =
        name === 'grant'
          ? consent.grant({ categoryId: 4 }, { idempotencyKey: crypto.randomUUID() })
          : consent.list();
      const ending = errorOf(calling);
      await failed.promise;
      asha.network = online;
      await auth.signIn({ identifier: bina.email, password: bina.password });
      await ending;
      expect(asha.count(path)).toBe(1);
      expect(await emailOf(asha)).toBe(bina.email);
    },
  );
});

it('a list that is being read does not go on as somebody who has signed in meanwhile', async () => {
  const asha = await signInSdk(app);
  const bina = await signInSdk(app);
  for (const { truconn } of [asha, bina]) {
    for (let count = 0; count < 4; count += 1) await truconn.consent.toggle({ categoryId: 3 });
  }
  const seen: number[] = [];
  const reading = async () => {
    for await (const { seq } of asha.truconn.consent.ledger.all({ limit: 2 })) {
      seen.push(seq);
      if (seq === 2) await signInAs(asha, bina);
    }
  };
  expect(await errorOf(reading())).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(seen).toEqual([1, 2]);
});
