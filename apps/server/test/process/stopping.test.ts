import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { connectClient } from '../support/client.ts';
import { createWorkplace } from '../support/server-process.ts';

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets the request under way finish, then ends server and database with exit 0',
  async (signal) => {
    await using place = createWorkplace();
    const server = await place.start();
    // A sign-up takes long enough, for its hash, to be under way when the signal comes.
    const underWay = connectClient(server.url).auth.signUp.mutate({
      email: 'asha@example.com',
      password: 'plum-orbit-lantern-42',
      firstName: 'Asha',
      lastName: 'Patel',
    });
    await new Promise((resolve) => setTimeout(resolve, 15));
    const { code, output } = await server.stop(signal);
    expect((await underWay).email).toBe('asha@example.com');
    expect(code).toBe(0);
    expect(output).toContain('Stopped.');
    expect(existsSync(path.join(place.dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
  },
);

test('a second server on the same data goes on when the first one stops', async () => {
  await using place = createWorkplace();
  const first = await place.start();
  const second = await place.start();
  await first.stop('SIGTERM');
  const answer = await fetch(`${second.url}/readyz`);
  expect(answer.status).toBe(200);
});
