import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorkplace, freePort } from '../support/server-process.ts';

const GOOD_KEY = '4f1c9a7be2d853061f7a9c0e5b2d8846aa10';
const PRODUCTION = { NODE_ENV: 'production', SECRET_KEY: GOOD_KEY, MASTER_KEY: `${GOOD_KEY}m` };

describe('what stops a start says in a sentence what to do, and exits 1', () => {
  test.each([
    [
      'an unreachable database',
      { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' },
      /DATABASE_URL cannot be reached/,
    ],
    [
      'an unknown database host',
      { DATABASE_URL: 'postgresql://a:b@host.invalid/x' },
      /DATABASE_URL cannot be reached/,
    ],
    [
      'another kind of database',
      { DATABASE_URL: 'mysql://host/x' },
      /^DATABASE_URL must look like postgresql:/,
    ],
    ['a port that is none', { PORT: '99999' }, /^PORT must be a port number/],
    [
      'a missing key in production',
      { NODE_ENV: 'production', MASTER_KEY: GOOD_KEY },
      /^SECRET_KEY must be set in production/,
    ],
    [
      'a missing master key in production',
      { NODE_ENV: 'production', SECRET_KEY: GOOD_KEY },
      /^MASTER_KEY must be set in production; make one with: openssl rand -hex 32\.$/,
    ],
    [
      'one key for both purposes in production',
      { NODE_ENV: 'production', SECRET_KEY: GOOD_KEY, MASTER_KEY: GOOD_KEY },
      /^MASTER_KEY must not be the same as SECRET_KEY/,
    ],
    ['a short key', { SECRET_KEY: 'x9$kQ2!vL7' }, /^SECRET_KEY must have at least 32 characters/],
    ['a guessable key', { SECRET_KEY: 'a'.repeat(64) }, /^SECRET_KEY is easy to guess/],
    ['debugging in production', { ...PRODUCTION, DEBUG: 'True' }, /^DEBUG must not be on in production/],
    [
      'no rate limits in production',
      { ...PRODUCTION, RATE_LIMITS: 'off' },
      /^RATE_LIMITS must not be off in production/,
    ],
    ['a host with a port', { ALLOWED_HOSTS: 'localhost:8000' }, /^ALLOWED_HOSTS must be host names/],
    ['an address of another machine', { HOST: '192.0.2.1' }, /cannot listen on 192\.0\.2\.1/],
  ])('%s', async (_name, env, sentence) => {
    await using place = createWorkplace();
    const { code, output } = await place.run(['main.js'], { env });
    expect(lastLine(output)).toMatch(sentence);
    expect(output).not.toMatch(/ {4}at /);
    expect(code).toBe(1);
  });

  test('a taken port', async () => {
    await using place = createWorkplace();
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    const { code, output } = await place.run(['main.js'], { env: { PORT: String(port) } });
    other.close();
    expect(lastLine(output)).toBe(
      `Port ${port} is taken: stop the other program, or choose another port with PORT=8001 npm start.`,
    );
    expect(code).toBe(1);
  });

  test('a DATA_DIR that is a file, lies below one, or where nothing can be made', async () => {
    await using place = createWorkplace();
    const file = path.join(place.directory, 'file');
    writeFileSync(file, '');
    for (const dataDir of [file, path.join(file, 'data'), '/proc/nowhere/data']) {
      for (const args of [['main.js'], ['cli.js', 'doctor']]) {
        const { code, output } = await place.run(args, { env: { DATA_DIR: dataDir } });
        expect(output).toMatch(/cannot be .*set DATA_DIR to/);
        expect(output).not.toMatch(/ {4}at /);
        expect(code).toBe(1);
      }
    }
  });

  test.each([
    ['secret-key', /secret-key does not hold a whole secret; remove it/],
    ['master-key', /master-key does not hold a whole secret; put it back from a backup/],
  ])('a damaged %s', async (name, sentence) => {
    await using place = createWorkplace();
    mkdirSync(place.dataDir);
    writeFileSync(path.join(place.dataDir, name), 'short\n');
    const { code, output } = await place.run(['main.js']);
    expect(output).toMatch(sentence);
    expect(output).not.toMatch(/ {4}at /);
    expect(code).toBe(1);
  });

  test('a .env is read, and the environment wins over it', async () => {
    await using place = createWorkplace();
    writeFileSync(path.join(place.directory, '.env'), 'PORT=nonsense\nLOG_LEVEL=silent\n');
    expect((await place.run(['main.js'])).output).toMatch(/^PORT must be a port number/);
    const server = await place.start();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
