// @vitest-environment jsdom
import { useState } from 'react';
import { describe, expect, test } from 'vitest';
import { useSubscription, useTruConn } from '../../src/react/index.ts';
import { Refusal } from '../support/scripted-server.ts';
import { startPeopleServer } from './support/people-server.ts';
import { openPage, type Page } from './support/render.tsx';

const signIn = ({ truconn }: Page, identifier: string) =>
  truconn.auth.signIn({ identifier, password: 'a long passphrase' });

/** Shows the last event; `states` has all that it hears of the connection. */
function Live({ states = [], lastEventId }: { states?: string[]; lastEventId?: string }) {
  const api = useTruConn();
  const { status, data, error } = useSubscription(
    api.consent.watch.subscriptionOptions(lastEventId === undefined ? undefined : { lastEventId }, {
      onStarted: () => states.push('started'),
      onConnectionStateChange: ({ state, error: cause }) =>
        states.push(cause ? `${state}: ${cause.code}` : state),
    }),
  );
  return (
    <p id="live">
      {[status, data && `${data.id} ${data.data.action}`, error?.code].filter(Boolean).join(', ')}
    </p>
  );
}

describe('useSubscription', () => {
  test('shows each event as it comes, and ends the stream with the component', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const rendered = page.render(<Live />);
    await rendered.shows('live', 'pending');
    server.emit('asha', '7', { action: 'GRANTED' });
    await rendered.shows('live', 'pending, 7 GRANTED');
    rendered.unmount();
    await expect.poll(() => server.watchers()).toEqual([]);
    await signIn(page, 'ben');
    await page.truconn.auth.me();
    expect(server.countOf('consent.watch')).toBe(1);
  });

  test('goes on after the last event when the connection broke', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server, { retries: 2 });
    await signIn(page, 'asha');
    const states: string[] = [];
    const rendered = page.render(<Live states={states} lastEventId="6" />);
    await rendered.shows('live', 'pending');
    server.emit('asha', '7', { action: 'GRANTED' });
    await rendered.shows('live', 'pending, 7 GRANTED');
    server.breakStreams();
    await rendered.shows('live', 'connecting, 7 GRANTED, NETWORK_ERROR');
    await rendered.shows('live', 'pending, 7 GRANTED');
    const inputs = server.requests
      .filter(({ paths }) => paths[0] === 'consent.watch')
      .map(({ inputs }) => inputs[0]);
    expect(inputs).toEqual([{ lastEventId: '6' }, { lastEventId: '7' }]);
    const once = ['connecting', 'pending', 'started'];
    expect(states).toEqual([...once, 'connecting: NETWORK_ERROR', 'pending', 'started']);
  });

  test('ends with a TruConnError where the server refuses', async () => {
    await using server = await startPeopleServer();
    server.refuse('consent.watch', new Refusal('FORBIDDEN', 403));
    using page = openPage(server);
    await signIn(page, 'asha');
    await page.render(<Live />).shows('live', 'error, FORBIDDEN');
  });

  test('takes the last event back when the session ends, and follows whoever signs in next', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const rendered = page.render(<Live lastEventId="6" />);
    await rendered.shows('live', 'pending');
    server.emit('asha', '7', { action: 'GRANTED' });
    await rendered.shows('live', 'pending, 7 GRANTED');
    await page.truconn.auth.signOut();
    await rendered.shows('live', 'idle');
    await expect.poll(() => server.watchers()).toEqual([]);
    await signIn(page, 'ben');
    await rendered.shows('live', 'pending');
    expect(server.watchers()).toEqual(['ben']);
    server.emit('ben', '1', { action: 'REVOKED' });
    await rendered.shows('live', 'pending, 1 REVOKED');
    // The other person's place in their stream is none in this one.
    expect(server.requests.at(-1)).toMatchObject({ paths: ['consent.watch'], inputs: [undefined] });
  });

  test('leaves one person’s stream for the other’s where somebody else signs in at once', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const rendered = page.render(<Live />);
    await rendered.shows('live', 'pending');
    server.emit('asha', '7', { action: 'GRANTED' });
    await rendered.shows('live', 'pending, 7 GRANTED');
    await signIn(page, 'ben');
    await rendered.shows('live', 'pending');
    await expect.poll(() => server.watchers()).toEqual(['ben']);
  });

  test('begins for who signs in after it was refused to nobody', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await page.truconn.auth.me().catch(() => undefined);
    const rendered = page.render(<Live />);
    await rendered.shows('live', 'error, UNAUTHENTICATED');
    await signIn(page, 'asha');
    await rendered.shows('live', 'pending');
  });

  test('connects to nothing while it is not enabled', async () => {
    await using server = await startPeopleServer();
    using page = openPage(server);
    await signIn(page, 'asha');
    const Switched = () => {
      const [enabled, setEnabled] = useState(false);
      const { status } = useSubscription(
        useTruConn().consent.watch.subscriptionOptions(undefined, { enabled }),
      );
      return (
        <button id="switched" type="button" onClick={() => setEnabled(!enabled)}>
          {status}
        </button>
      );
    };
    const rendered = page.render(<Switched />);
    await rendered.shows('switched', 'idle');
    document.getElementById('switched')?.click();
    await rendered.shows('switched', 'pending');
    document.getElementById('switched')?.click();
    await expect.poll(() => server.watchers()).toEqual([]);
    expect(server.countOf('consent.watch')).toBe(1);
  });
});
