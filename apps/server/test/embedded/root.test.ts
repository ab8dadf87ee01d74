import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedPrograms } from '../../src/database/embedded/binaries.ts';
import { copyForOthers } from '../../src/database/embedded/binaries-copy.ts';
import { embeddedDatabaseStatus } from '../../src/database/embedded/index.ts';
import { runCommand } from '../../src/database/embedded/run-command.ts';
import { databaseUser, isRoot } from '../../src/database/embedded/system-user.ts';
import { makeYard, makeYardWithDatabase, query, serverPid, type Yard } from './support.ts';

// A home directory such as /root, into which only root can look.
async function makeClosedYard(): Promise<Yard> {
  const yard = await makeYard('closed/data');
  await mkdir(path.join(yard.root, 'closed'), { mode: 0o700 });
  return yard;
}

describe.skipIf(!isRoot())('as root', () => {
  it('runs PostgreSQL as another user, under DATA_DIR where that user can pass', async () => {
    await using yard = await makeYardWithDatabase();
    const { directory, notices, leave } = await yard.join();
    expect({ directory, notices }).toEqual({
      directory: path.join(yard.dataDir, 'postgres', 'cluster'),
      notices: [],
    });
    expect((await stat(`/proc/${await serverPid(directory)}`)).uid).not.toBe(0);
    await leave();
  });

  it('uses a directory of the system when DATA_DIR is closed, says so, and opens nothing', async () => {
    await using yard = await makeClosedYard();
    const first = await yard.join();
    expect(path.dirname(path.dirname(first.directory))).toBe(yard.systemRoot);
    expect(first.notices).toEqual([
      `This is root, and ${yard.dataDir} is closed to other users, so the database is in ${path.dirname(first.directory)}.`,
    ]);
    await query(first.ownerUrl, 'create table kept as select 42 as answer');
    await first.leave();
    expect((await stat(path.join(yard.root, 'closed'))).mode & 0o777).toBe(0o700);
    const second = await yard.join();
    expect(second).toMatchObject({ directory: first.directory, notices: first.notices });
    expect(await query(second.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    const status = await embeddedDatabaseStatus(yard.dataDir, yard.systemRoot);
    expect(status).toMatchObject({ created: true, running: true, directory: first.directory });
    await second.leave();
  });

  it('starts with an empty database when a closed DATA_DIR was deleted', async () => {
    await using yard = await makeClosedYard();
    const first = await yard.join();
    await first.leave();
    await rm(yard.dataDir, { recursive: true });
    const second = await yard.join();
    expect(second.directory).not.toBe(first.directory);
    await second.leave();
  });

  it('does not lose sight of a database whose directory was closed afterwards', async () => {
    await using yard = await makeYardWithDatabase();
    await chmod(yard.dataDir, 0o700);
    await expect(yard.join()).rejects.toThrow(
      /cannot be entered by its user .* open the directories above it/,
    );
    expect(await readdir(yard.root)).toEqual(['data']);
    await chmod(yard.dataDir, 0o711);
  });

  it('copies the programs once for a user who cannot reach them, even when two do it at once', async () => {
    await using yard = await makeYard();
    const shipped = await shippedPrograms();
    const copies = await Promise.all([1, 2].map(() => copyForOthers(shipped, yard.systemRoot)));
    expect(copies[0]).toEqual(copies[1]);
    expect(await readdir(yard.systemRoot)).toEqual([expect.stringMatching(/^postgresql-18\./)]);
    const user = await databaseUser();
    const postgres = copies[0]?.postgres ?? '';
    expect((await runCommand(postgres, ['--version'], { user })).output).toContain('PostgreSQL');
  }, 30_000);

  it('adds the user of the database where the system has none', async () => {
    const name = `truconn-test-${process.pid}`;
    try {
      const user = await databaseUser(name);
      expect(user.uid).toBeGreaterThan(0);
      expect(await databaseUser(name)).toEqual(user);
    } finally {
      await runCommand('userdel', [name]);
    }
  });
});
