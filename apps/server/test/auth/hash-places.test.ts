import http from 'node:http';
import argon2 from 'argon2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bearer, errorData, whoAmI } from '../support/calls.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

let app: TestApp;
let asha: Person;
/** Hashes that have begun while they are held: each ends when it is told to. */
let begun: (() => void)[];
let held: boolean;
beforeEach(async () => {
  app = await startTestApp();
  asha = await app.signUp();
  begun = [];
  held = true;
  const verify = argon2.verify;
  vi.spyOn(argon2, 'verify').mockImplementation(async (...input) => {
    if (held) await new Promise<void>((resolve) => begun.push(resolve));
    return verify(...input);
  });
});
afterEach(async () => {
  endAll();
  await app[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

const endAll = () => {
  held = false;
  for (const end of begun) end();
};
const signIn = (identifier = asha.email) =>
  app.call('auth.signIn', { input: { identifier, password: PASSWORD, credential: 'bearer' } });
const signInMany = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => signIn(`${name}-${index}@example.com`));
const slots = () => app.settings.hashSlots;
const running = async () =>
  Number(/^truconn_hashes_running (\d+)$/m.exec(await (await fetch(`${app.url}/metrics`)).text())?.[1]);

/** A sign-in whose client can hang up. */
function openSignIn(): { leave: () => void } {
  const request = http.request(`${app.url}/trpc/auth.signIn`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'user-agent': 'leaving' },
  });
  request.on('error', () => undefined);
  request.end(JSON.stringify({ identifier: asha.email, password: PASSWORD, credential: 'bearer' }));
  return { leave: () => request.destroy() };
}

/** Counts the clients of `openSignIn` of which the server knows that they are gone. */
function watchLeaving(): { count: number } {
  const gone = { count: 0 };
  app.app.server.on('request', ({ headers, socket }: http.IncomingMessage) => {
    if (headers['user-agent'] === 'leaving') socket.once('close', () => (gone.count += 1));
  });
  return gone;
}

describe('a flood of sign-ins while no hash ends', () => {
  it('has as many hashes as slots; who waits is told to come back, and reads answer all the while', async () => {
    const first = signInMany(slots(), 'first');
    await eventually(() => begun.length === slots());
    const flood = signInMany(90, 'flood');
    for (let read = 0; read < 5; read += 1) {
      expect(await whoAmI(app, bearer(asha.accessToken))).toBe(`200 ${asha.email}`);
    }
    for (const answer of await Promise.all(flood)) {
      expect([answer.status, errorData(answer).code]).toEqual([503, 'OVERLOADED']);
      expect(answer.headers.get('retry-after')).toBe('2');
    }
    expect([begun.length, await running()]).toEqual([slots(), slots()]);
    endAll();
    const codes = (await Promise.all(first)).map((answer) => errorData(answer).code);
    expect(new Set(codes)).toEqual(new Set(['INVALID_CREDENTIALS']));
    expect((await signIn()).status).toBe(200);
  });
});

describe('a hash whose client has left', () => {
  it('keeps its place until it is done, and then frees it', async () => {
    const gone = watchLeaving();
    const clients = Array.from({ length: slots() }, openSignIn);
    await eventually(() => begun.length === slots());
    for (const { leave } of clients) leave();
    await eventually(() => gone.count === slots());
    expect(await running()).toBe(slots());
    // Nobody takes the place of those who left: the next one waits in vain.
    expect((await signIn()).status).toBe(503);
    expect(begun).toHaveLength(slots());
    endAll();
    await eventually(async () => (await running()) === 0);
    expect((await signIn()).status).toBe(200);
  });
});
