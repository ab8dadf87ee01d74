// @vitest-environment jsdom
import { onlineManager } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { describe, expect, test } from 'vitest';
import { createTruConnQuery, useSession } from '../../src/react/index.ts';
import { Refusal } from '../support/scripted-server.ts';
import { holdStorage } from '../support/tokens.ts';
import { startPeopleServer } from './support/people-server.ts';
import { openPage } from './support/render.tsx';

const credentials = { identifier: 'asha', password: 'a long passphrase' };

function Who({ id = 'who' }: { id?: string }) {
  const { status, user, session, reason, error } = useSession();
  return (
    <p id={id}>{[status, user?.firstName, session?.id, reason, error?.code].filter(Boolean).join(', ')}</p>
  );
}

describe('useSession', () => {
  test('asks once who is signed in, however many components want to know', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server, { credential: 'cookie', headers: { cookie: 'truconn=asha' } });
    const answered = server.hold('auth.me');
    const rendered = page.render(
      <StrictMode>
        <Who />
        <Who id="second" />
      </StrictMode>,
    );
    await rendered.shows('second', 'loading');
    answered();
    await rendered.shows('who', 'signed-in, asha, asha-0');
    const late = page.render(<Who id="late" />);
    await late.shows('late', 'signed-in, asha, asha-0');
    expect(server.countOf('auth.me')).toBe(1);
  });

  test('finds the session that storage has kept', async () => {
    await using server = await startPeopleServer();
    using first = openPage(server);
    const storage = holdStorage();
    using second = openPage(server, { storage });
    await second.truconn.auth.signIn(credentials);
    using third = openPage(server, { storage });
    await third.render(<Who />).shows('who', 'signed-in, asha, asha-1');
    await first.render(<Who />).shows('who', 'signed-out');
  });

  test('says that nobody is signed in, without a reason where nobody was', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server, { credential: 'cookie' });
    await page.render(<Who />).shows('who', 'signed-out');
    expect(server.countOf('auth.me')).toBe(1);
  });

  test('knows who signed in without asking, before and after it was first rendered', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn(credentials);
    const rendered = page.render(<Who />);
    await rendered.shows('who', 'signed-in, asha, asha-1');
    await page.truconn.auth.signOut();
    await rendered.shows('who', 'signed-out, SIGNED_OUT');
    await page.truconn.auth.signIn({ ...credentials, identifier: 'ben' });
    await rendered.shows('who', 'signed-in, ben, ben-1');
    expect(server.countOf('auth.me')).toBe(0);
  });

  test('says why a session has ended', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server, { credential: 'cookie', headers: { cookie: 'truconn=asha' } });
    const rendered = page.render(<Who />);
    await rendered.shows('who', 'signed-in, asha, asha-0');
    server.refuse('consent.list', new Refusal('SESSION_EXPIRED', 401));
    await page.truconn.consent.list().catch(() => undefined);
    await rendered.shows('who', 'signed-out, SESSION_EXPIRED');
  });

  test('goes on loading with an error while the server cannot be asked, and asks again when it can', async () => {
    await using server = await startPeopleServer();
    server.refuse('auth.me', new Refusal('UNAVAILABLE', 503));
    using page = openPage(server, { credential: 'cookie', headers: { cookie: 'truconn=asha' } });
    const rendered = page.render(<Who />);
    await rendered.shows('who', 'loading, UNAVAILABLE');
    server.refuse('auth.me', undefined);
    onlineManager.setOnline(false);
    onlineManager.setOnline(true);
    await rendered.shows('who', 'signed-in, asha, asha-0');
  });

  test('shows the user anew after `auth.me` was invalidated', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.signIn(credentials);
    const rendered = page.render(<Who />);
    await rendered.shows('who', 'signed-in, asha, asha-1');
    server.people.rename('asha', 'Asha the Great');
    await page.queryClient.invalidateQueries(createTruConnQuery(page).auth.me.queryFilter());
    await rendered.shows('who', 'signed-in, Asha the Great, asha-1');
  });

  test('has the moment of a change at once where it is rendered, as a page is after signing in', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    const seen: string[] = [];
    const Guarded = () => {
      seen.push(useSession().status);
      return null;
    };
    await page.render(<Who />).shows('who', 'signed-out');
    await page.truconn.auth.signIn(credentials);
    page.render(<Guarded />);
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain('signed-out');
  });

  test('says why the session that storage kept has ended', async () => {
    await using server = await startPeopleServer();
    const storage = holdStorage();
    using earlier = openPage(server, { storage });
    await earlier.truconn.auth.signIn(credentials);
    server.people.endSessions();
    server.refuse('auth.refresh', new Refusal('TOKEN_REUSED', 401));
    using page = openPage(server, { storage });
    await page.render(<Who />).shows('who', 'signed-out, TOKEN_REUSED');
  });

  test('in two tabs of one person asks in each once, and neither disturbs the other', async () => {
    await using server = await startPeopleServer();
    const asha = { credential: 'cookie', headers: { cookie: 'truconn=asha' } } as const;
    using page = openPage(server, asha);
    using tab = openPage(server, asha);
    await page.render(<Who />).shows('who', 'signed-in, asha, asha-0');
    await tab.render(<Who />).shows('who', 'signed-in, asha, asha-0');
    // What tabs tell each other arrives before this does.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.countOf('auth.me')).toBe(2);
  });

  test('in two tabs of one person says in both that one has signed out, and neither asks again', async () => {
    await using server = await startPeopleServer();
    const asha = { credential: 'cookie', headers: { cookie: 'truconn=asha' } } as const;
    using page = openPage(server, asha);
    using tab = openPage(server, asha);
    const one = page.render(<Who />);
    const two = tab.render(<Who />);
    await one.shows('who', 'signed-in, asha, asha-0');
    await two.shows('who', 'signed-in, asha, asha-0');
    await page.truconn.auth.signOut();
    await two.shows('who', 'signed-out, SIGNED_OUT');
    // What tabs tell each other, and what they tell in return, arrives before this does.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([one.text('who'), two.text('who')]).toEqual(Array(2).fill('signed-out, SIGNED_OUT'));
    expect(server.countOf('auth.me')).toBe(2);
  });
});
