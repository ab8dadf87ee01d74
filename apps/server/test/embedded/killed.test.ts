import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dismiss, ended, joined, makeYard, makeYardWithDatabase, query, serverPid } from './support.ts';

describe('after a process was killed', () => {
  it('starts again when it died in the middle of making the database', async () => {
    await using yard = await makeYard();
    const member = yard.spawnMember();
    const home = path.join(yard.dataDir, 'postgres');
    while (!(await readdir(home).catch(() => [])).some((name) => name.startsWith('making-'))) await delay(5);
    member.kill('SIGKILL');
    await ended(member);
    const database = await yard.join();
    expect(await query(database.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(home)).sort()).toEqual(['cluster', 'server.log']);
    expect((await readdir(yard.dataDir)).sort()).toEqual(['postgres', 'postgres.json']);
    await database.leave();
  }, 30_000);

  it('makes the role and the database that a killed first start did not get to', async () => {
    await using yard = await makeYardWithDatabase();
    const first = await yard.join();
    await query(first.adminUrl, 'drop database truconn');
    await query(first.adminUrl, 'drop role truconn_app');
    await first.leave();
    const second = await yard.join();
    expect(await query(second.appUrl, 'select current_user as me')).toEqual([{ me: 'truconn_app' }]);
    await query(second.adminUrl, 'drop database truconn');
    await second.leave();
    const third = await yard.join();
    const access = 'select datacl::text as acl from pg_database where datname = current_database()';
    expect(await query(third.appUrl, access)).toEqual([
      { acl: '{truconn_owner=CTc/truconn_owner,truconn_app=c/truconn_owner}' },
    ]);
    await third.leave();
  });

  it('takes over the server it left, with all that was committed', async () => {
    await using yard = await makeYardWithDatabase();
    const member = yard.spawnMember();
    const theirs = await joined(member);
    await query(theirs.ownerUrl, 'create table kept as select 42 as answer');
    // The whole group, as Ctrl-C or a closing terminal would reach it: the server is not part of it.
    process.kill(-theirs.pid, 'SIGKILL');
    // "close" also says that the server does not hold the dead process's output open.
    await ended(member);
    const ours = await yard.join();
    expect(ours).toMatchObject({ adopted: true, appUrl: theirs.appUrl });
    expect(await query(ours.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await ours.leave();
    expect(await yard.isRunning()).toBe(false);
  });

  it('does not hold what its parent left open', async () => {
    await using yard = await makeYardWithDatabase();
    const args = [path.join(import.meta.dirname, 'member.ts'), yard.dataDir, yard.systemRoot];
    // Descriptors above 15 are those that Node itself leaves open for its children.
    const closed = Array.from({ length: 20 }, () => 'ignore' as const);
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit', ...closed, 'pipe'] });
    const { pid } = await joined(child);
    process.kill(pid, 'SIGKILL');
    await once(child, 'close');
    expect(await yard.isRunning()).toBe(true);
  });
});

describe('after PostgreSQL was killed', () => {
  it('goes on living, starts it again, and nothing committed is lost', async () => {
    await using yard = await makeYardWithDatabase();
    const member = yard.spawnMember();
    const theirs = await joined(member);
    await query(theirs.ownerUrl, 'create table kept as select 42 as answer');
    process.kill(await serverPid(theirs.directory), 'SIGKILL');
    const ours = await yard.join();
    expect(await query(ours.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await dismiss(member)).toBe(0);
    expect(await query(ours.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await ours.leave();
  });

  it('starts although another program now has the number of the dead server', async () => {
    await using yard = await makeYardWithDatabase();
    const first = await yard.join();
    const pidFile = path.join(first.directory, 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.leave();
    // The same user, because PostgreSQL itself overlooks the processes of others.
    const { uid, gid } = await stat(first.directory);
    const other = spawn('sleep', ['60'], { cwd: '/', uid, gid });
    await writeFile(pidFile, text.replace(/^\d+/, String(other.pid)));
    const second = await yard.join();
    expect(second.adopted).toBe(false);
    await second.leave();
    other.kill();
  });
});
