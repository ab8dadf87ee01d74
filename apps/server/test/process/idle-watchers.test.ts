import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { connectClient } from '../support/client.ts';
import { createWorkplace } from '../support/server-process.ts';
import { createTestDatabase } from '../support/test-database.ts';

const ACCOUNTS = 250;
const STREAMS_OF_ACCOUNT = 20;
/** With the server itself it came to 280 MB; what else a process needs differs by machine. */
const MOST_BYTES = 150_000_000;

const tokenOf = (account: number) => account.toString(16).padStart(40, '0');

/** Accounts with a session each, without the cost of 250 sign-ups: copies of one that signed up. */
async function copyAccounts(ownerUrl: string, email: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  for (let account = 1; account <= ACCOUNTS; account++) {
    const tokenHash = createHash('sha256').update(tokenOf(account)).digest('hex');
    await client.query(
      `with person as (
         insert into users (id, email, username, username_canonical, role, password_hash, created_at)
         select gen_random_uuid(), $2 || email, $2 || username, $2 || username_canonical, role, password_hash, now()
         from users where email = $1 returning id
       ), profile as (
         insert into profiles (user_id, language) select id, 'en' from person
       ), head as (
         insert into ledger_heads (person_id, seq, at, hash) select id, 0, now(), repeat('0', 64) from person
       )
       insert into sessions (id, public_id, user_id, credential_epoch, created_at, last_seen_at, expires_at,
         absolute_expires_at, refresh_rotated_at, refresh_expires_at)
       select $3, gen_random_uuid(), person.id, 0, now(), now(), now() + interval '1 day', now() + interval '1 day',
         now(), now() + interval '1 day'
       from person`,
      [email, `copy${account}-`, tokenHash],
    );
  }
  await client.end();
}

/** Opens a stream on a bare socket; resolves when it is connected. */
function openStream(port: number, token: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('event: connected')) resolve(socket);
      else if (!text.startsWith('HTTP/1.1 200')) reject(new Error(text));
    });
    socket.write(
      `GET /trpc/consent.watch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${token}\r\n\r\n`,
    );
  });
}

function residentBytes(pid: number | undefined): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

test('5,000 idle watchers of 250 accounts take less than 150 MB', {
  timeout: 120_000,
}, async () => {
  await using database = await createTestDatabase();
  await using place = createWorkplace();
  const server = await place.start({
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATION_URL: database.ownerUrl,
    LOG_LEVEL: 'warn',
  });
  const email = 'asha@example.com';
  await connectClient(server.url).auth.signUp.mutate({
    email,
    password: 'plum-orbit-lantern-42',
    firstName: 'Asha',
    lastName: 'Patel',
  });
  await copyAccounts(database.ownerUrl, email);
  const before = residentBytes(server.child.pid);
  const port = Number(new URL(server.url).port);
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let account = 1; account <= ACCOUNTS; account++) {
    const opening = Array.from({ length: STREAMS_OF_ACCOUNT }, () => openStream(port, tokenOf(account)));
    sockets.push(...(await Promise.all(opening)));
  }
  const watchers = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^truconn_watchers (\d+)$/m.exec(text)?.[1]);
  };
  expect(await watchers()).toBe(ACCOUNTS * STREAMS_OF_ACCOUNT);
  // Polls and looks at sessions, with their garbage.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const after = residentBytes(server.child.pid);
  expect(await watchers()).toBe(ACCOUNTS * STREAMS_OF_ACCOUNT);
  for (const socket of sockets) socket.destroy();
  await expect.poll(watchers, { timeout: 20_000 }).toBe(0);
  expect(after - before).toBeLessThan(MOST_BYTES);
});
