import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signInClient } from '../support/client.ts';
import { createWorkplace } from '../support/server-process.ts';

const PASSWORD = 'plum-orbit-lantern-42';

describe('createsuperuser', () => {
  test('makes an administrator beside a running server, from its flags', async () => {
    await using place = createWorkplace();
    const server = await place.start();
    const flags = ['--email', 'Root@Example.com', '--password', PASSWORD];
    const { code, output } = await place.run(['cli.js', 'createsuperuser', ...flags]);
    expect(output).toBe('root@example.com is an administrator now.\n');
    expect(code).toBe(0);
    const client = await signInClient(server.url, 'root@example.com', PASSWORD);
    expect((await client.admin.users.list.query({ role: 'ADMIN' })).items).toHaveLength(1);
  });

  test('works without a server, from the environment and from answers, and leaves no database running', async () => {
    await using place = createWorkplace();
    const env = { SUPERUSER_EMAIL: 'one@example.com', SUPERUSER_PASSWORD: PASSWORD };
    expect((await place.run(['cli.js', 'createsuperuser'], { env })).code).toBe(0);
    const input = `two@example.com\n${PASSWORD}\n${PASSWORD}\n`;
    expect((await place.run(['cli.js', 'createsuperuser'], { input })).output).toContain(
      'two@example.com is',
    );
    expect(existsSync(path.join(place.dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
  });

  test.each([
    ['a bad address', ['--email', 'bad', '--password', PASSWORD], '', /^Enter an e-mail address/],
    ['a weak password', ['--email', 'a@example.com', '--password', 'short'], '', /at least 8 characters/],
    ['an unknown flag', ['--emial', 'a@example.com'], '', /--emial/],
    ['two different passwords', ['--email', 'a@example.com'], 'one one one\ntwo two two\n', /differ/],
    ['no answer', [], '', /^No answer to "E-mail:"/],
  ])('refuses %s in a sentence', async (_name, flags, input, sentence) => {
    await using place = createWorkplace();
    const { code, output } = await place.run(['cli.js', 'createsuperuser', ...flags], { input });
    expect(output).toMatch(sentence);
    expect(output).not.toMatch(/ {4}at /);
    expect(code).toBe(1);
  });

  test('refuses an address that has an account', async () => {
    await using place = createWorkplace();
    const flags = ['--email', 'a@example.com', '--password', PASSWORD];
    await place.run(['cli.js', 'createsuperuser', ...flags]);
    const { code, output } = await place.run(['cli.js', 'createsuperuser', ...flags]);
    expect(output).toBe('An account with this e-mail address already exists.\n');
    expect(code).toBe(1);
  });
});

test('migrate says what it did, and then that nothing is left', async () => {
  await using place = createWorkplace();
  expect((await place.run(['cli.js', 'migrate'])).output).toMatch(/^Applied: 0001-accounts, /m);
  expect((await place.run(['cli.js', 'migrate'])).output).toBe('The database is up to date.\n');
});

test('db:dump writes the schema that is checked in', async () => {
  await using place = createWorkplace();
  const folder = path.join(place.directory, 'apps/server/database');
  mkdirSync(folder, { recursive: true });
  const { code } = await place.run(['cli.js', 'db:dump']);
  expect(code).toBe(0);
  const checkedIn = path.resolve(import.meta.dirname, '../../database/schema.sql');
  expect(readFileSync(path.join(folder, 'schema.sql'), 'utf8')).toBe(readFileSync(checkedIn, 'utf8'));
});

describe('doctor', () => {
  test('finds a new installation in order, and names what it lacks', async () => {
    await using place = createWorkplace();
    const server = await place.start();
    const env = { PORT: new URL(server.url).port };
    const { code, output } = await place.run(['cli.js', 'doctor'], { env });
    expect(output).toContain(`✔ The server answers at ${server.url}.`);
    expect(output).toContain("✔ The role truconn_app cannot change tables or the ledger's past.");
    expect(output).toContain('! There is no administrator: npm run createsuperuser.');
    expect(code).toBe(0);
  });

  test('exits 1 for settings and databases that do not work', async () => {
    await using place = createWorkplace();
    const bad = await place.run(['cli.js', 'doctor'], { env: { PORT: 'x' } });
    expect(bad).toMatchObject({ code: 1, output: expect.stringContaining('✖ PORT must be') });
    const env = { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' };
    const unreachable = await place.run(['cli.js', 'doctor'], { env });
    expect(unreachable).toMatchObject({
      code: 1,
      output: expect.stringContaining('✖ The database in DATABASE_URL'),
    });
  });
});

describe('demo', () => {
  test('tells the whole story against a running server, to a ledger that verifies', async () => {
    await using place = createWorkplace();
    const server = await place.start();
    const env = { PORT: new URL(server.url).port };
    const { code, output } = await place.run(['cli.js', 'demo'], { env });
    expect(code).toBe(0);
    for (const told of ['CONSENT_NOT_GRANTED', 'PENDING', 'APPROVED', 'REVOKED', 'The ledger verifies']) {
      expect(output).toContain(told);
    }
  });

  test('says how to start a server when there is none', async () => {
    await using place = createWorkplace();
    const { code, output } = await place.run(['cli.js', 'demo'], { env: { PORT: '1' } });
    expect(output).toContain('run npm start in another terminal first');
    expect(code).toBe(1);
  });
});
