import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dismiss, ended, joined, makeYard, makeYardWithDatabase, query } from './support.ts';

const PRESENCES = `
  select application_name as name from pg_stat_activity
  where application_name like 'truconn-presence:%' order by 1
`;

describe('several processes on one embedded database', () => {
  it('share one server, and the last to leave stops it', async () => {
    await using yard = await makeYardWithDatabase();
    const ours = await yard.join();
    const member = yard.spawnMember();
    const theirs = await joined(member);
    expect(theirs).toMatchObject({ adopted: true, appUrl: ours.appUrl });
    const names = [process.pid, theirs.pid].map((pid) => ({ name: `truconn-presence:${pid}` }));
    expect(await query(ours.adminUrl, PRESENCES)).toEqual(expect.arrayContaining(names));
    await ours.leave();
    expect(await query(theirs.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await dismiss(member)).toBe(0);
    expect(await yard.isRunning()).toBe(false);
  });

  it('is stopped by the last one although another was killed', async () => {
    await using yard = await makeYardWithDatabase();
    const member = yard.spawnMember();
    const theirs = await joined(member);
    const ours = await yard.join();
    process.kill(theirs.pid, 'SIGKILL');
    await ended(member);
    while ((await query(ours.adminUrl, PRESENCES)).length > 1) await delay(10);
    await ours.leave();
    expect(await yard.isRunning()).toBe(false);
  });

  it('survives five processes that join and leave at once, from before the database is made', async () => {
    await using yard = await makeYard();
    const members = Array.from({ length: 5 }, () => yard.spawnMember(10));
    expect(await Promise.all(members.map(ended))).toEqual([0, 0, 0, 0, 0]);
    expect(await yard.isRunning()).toBe(false);
  }, 60_000);

  it('counts a process again after PostgreSQL dropped every connection', async () => {
    await using yard = await makeYardWithDatabase();
    const ours = await yard.join();
    await query(
      ours.adminUrl,
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name like 'truconn-presence:%'",
    );
    while ((await query(ours.adminUrl, PRESENCES)).length < 1) await delay(50);
    const member = yard.spawnMember();
    await joined(member);
    await dismiss(member);
    expect(await query(ours.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await ours.leave();
  });
});
