import { spawn } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedPrograms } from '../../src/database/embedded/binaries.ts';
import { copyForOthers } from '../../src/database/embedded/binaries-copy.ts';
import { EmbeddedDatabaseError } from '../../src/database/embedded/index.ts';
import { withLock } from '../../src/database/embedded/lock.ts';
import { isRoot } from '../../src/database/embedded/system-user.ts';
import { makeYard, makeYardWithDatabase } from './support.ts';

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  const { message } = error as EmbeddedDatabaseError;
  expect(message).not.toContain('\n');
  return message;
}

describe('an embedded database that cannot be had says what to do', () => {
  it('when DATA_DIR would lie below a file', async () => {
    await using yard = await makeYard('file/data');
    await writeFile(path.join(yard.root, 'file'), '');
    expect(await messageOf(yard.join())).toMatch(/file\/data cannot be made.*set DATA_DIR/);
  });

  it('when DATA_DIR lies where nothing can be made', async () => {
    await using yard = await makeYard();
    yard.dataDir = '/proc/nowhere/data';
    expect(await messageOf(yard.join())).toMatch(/nowhere\/data cannot be .* set DATA_DIR/);
  });

  it('when the path of DATA_DIR is nothing for PostgreSQL, before making it', async () => {
    await using yard = await makeYard();
    for (const name of ['long/'.repeat(200), 'two\nlines']) {
      yard.dataDir = path.join(yard.root, name);
      expect(await messageOf(yard.join())).toMatch(/too long .* line break .* set DATA_DIR/);
    }
    expect(await readdir(yard.root)).toEqual([]);
  });

  it.skipIf(isRoot())('when DATA_DIR cannot be written', async () => {
    await using yard = await makeYard();
    await mkdir(yard.dataDir, { mode: 0o500 });
    expect(await messageOf(yard.join())).toMatch(/data cannot be written; allow .* or set DATA_DIR/);
    await chmod(yard.dataDir, 0o700);
    expect(await readdir(yard.dataDir)).toEqual([]);
  });

  it('when the disk is full, and leaves nothing half-made', async () => {
    await using yard = await makeYard();
    // The copy that root needs where others cannot enter the checkout is not what is tested here.
    if (isRoot()) await copyForOthers(await shippedPrograms(), yard.systemRoot);
    // No file may grow beyond 100 blocks, which initdb meets as it would meet the end of the disk.
    const limited = `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`;
    const member = [
      process.execPath,
      path.join(import.meta.dirname, 'member.ts'),
      yard.dataDir,
      yard.systemRoot,
    ];
    const child = spawn('sh', ['-c', limited, ...member], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    for await (const chunk of child.stderr) said += chunk;
    expect(said).toMatch(
      /could not be made: .*File too large.* Free some space on that disk, then start again\./,
    );
    expect(await readdir(path.join(yard.dataDir, 'postgres'))).toEqual([]);
    await (await yard.join()).leave();
  });

  it('when there is no package for the machine', async () => {
    expect(await messageOf(shippedPrograms('sunos', 'sparc'))).toMatch(/sunos-sparc .*set DATABASE_URL/);
  });

  it('when another major version made it', async () => {
    await using yard = await makeYardWithDatabase();
    await writeFile(path.join(yard.dataDir, 'postgres/cluster/PG_VERSION'), '17\n');
    expect(await messageOf(yard.join())).toMatch(/made by PostgreSQL 17, .* brings PostgreSQL 18/);
  });

  it('when PostgreSQL does not start, with its own reason', async () => {
    await using yard = await makeYardWithDatabase();
    await appendFile(path.join(yard.dataDir, 'postgres/cluster/postgresql.conf'), 'shared_buffers = lots\n');
    expect(await messageOf(yard.join())).toMatch(
      /could not be started: .*postgresql\.conf. contains errors\. Mend that/,
    );
  });

  it('when the passwords are gone, damaged or wrong', async () => {
    await using yard = await makeYardWithDatabase();
    const file = path.join(yard.dataDir, 'postgres.json');
    await rm(file);
    expect(await messageOf(yard.join())).toMatch(/postgres\.json is missing, .* put back a copy/);
    await writeFile(file, '{"id":');
    expect(await messageOf(yard.join())).toMatch(/postgres\.json is damaged; put back a copy/);
    await writeFile(file, JSON.stringify({ id: 'a', ownerPassword: 'b', appPassword: 'c' }));
    expect(await messageOf(yard.join())).toMatch(
      /does not let us in: password .* Put back the postgres\.json/,
    );
  });

  it('when another process keeps it locked', async () => {
    await using yard = await makeYard();
    await mkdir(yard.dataDir);
    const held = withLock(yard.dataDir, () => messageOf(withLock(yard.dataDir, async () => undefined, 200)));
    expect(await held).toMatch(/locked for a minute; if none runs, delete .*postgres\.lock/);
  });
});
