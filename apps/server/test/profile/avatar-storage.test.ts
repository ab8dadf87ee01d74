import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { base64, blank } from '../images/samples.ts';
import { endingOf } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { startS3Server } from '../support/s3-server.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { fetchPicture, hurryJobs, keptPictures, nameIn, waitingJobs } from './avatar-support.ts';

let app: TestApp;
let data: string;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
  data = base64(await blank(30, 20).png().toBuffer());
});
beforeEach(async () => {
  rmSync(path.join(app.settings.dataDir, 'avatars'), { recursive: true, force: true });
  asha = await app.signUp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** Lets every promise to discard come due and be kept. */
async function settleDiscards(on: TestApp = app): Promise<void> {
  await hurryJobs(on);
  await eventually(async () => (await waitingJobs(on)) === 0);
}

describe('a picture that no profile shows', () => {
  it('goes when another takes its place', async () => {
    const first = await asha.client.profile.setAvatar.mutate({ data });
    const second = await asha.client.profile.setAvatar.mutate({ data });
    await eventually(() => keptPictures(app).length === 1);
    expect(keptPictures(app)).toEqual([nameIn(second.avatar)]);
    expect((await fetchPicture(app, first.avatar)).status).toBe(404);
  });

  it('goes when it is removed', async () => {
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data });
    await asha.client.profile.removeAvatar.mutate();
    await eventually(() => keptPictures(app).length === 0);
    expect((await fetchPicture(app, avatar)).status).toBe(404);
  });

  it('goes when the server was stopped between keeping it and showing it, and the one before stays', async () => {
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data });
    await app.sql(`create function stop() returns trigger language plpgsql as $$ begin raise 'stop'; end $$`);
    await app.sql(`create trigger stop before update of avatar on profiles execute function stop()`);
    expect(await endingOf(asha.client.profile.setAvatar.mutate({ data }))).toBe('INTERNAL');
    await app.sql('drop function stop() cascade');
    expect(keptPictures(app)).toHaveLength(2);
    await settleDiscards();
    expect(keptPictures(app)).toEqual([nameIn(avatar)]);
    expect((await asha.client.profile.get.query()).avatar).toBe(avatar);
  });

  it('goes when the account was deleted while it was being kept', async () => {
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('delete from profiles where user_id = $1', [asha.user.id]);
    const ending = endingOf(asha.client.profile.setAvatar.mutate({ data }));
    await somebodyWaits(hand);
    await hand.query('commit');
    expect(await ending).toBe('UNAUTHENTICATED');
    await settleDiscards();
    expect(keptPictures(app)).toEqual([]);
  });
});

describe('a picture that a profile shows', () => {
  it('stays when the promise to discard an unfinished one comes due', async () => {
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data });
    const waiting = await app.sql<{ hours: number }>(
      `select extract(epoch from run_at - now()) / 3600 as hours from graphile_worker._private_jobs`,
    );
    expect(waiting.map(({ hours }) => Math.round(Number(hours)))).toEqual([1]);
    await settleDiscards();
    expect(keptPictures(app)).toEqual([nameIn(avatar)]);
  });

  it('is one of two that were set at once; the other goes', async () => {
    await Promise.all(Array.from({ length: 6 }, () => asha.client.profile.setAvatar.mutate({ data })));
    const { avatar } = await asha.client.profile.get.query();
    await settleDiscards();
    expect(keptPictures(app)).toEqual([nameIn(avatar)]);
  });

  it('is there, or there is none at all, after setting and removing at once', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () => [
        asha.client.profile.setAvatar.mutate({ data }),
        asha.client.profile.removeAvatar.mutate(),
      ]).flat(),
    );
    const { avatar } = await asha.client.profile.get.query();
    await settleDiscards();
    expect(keptPictures(app)).toEqual(avatar === null ? [] : [nameIn(avatar)]);
  });
});

describe('a place for pictures that takes none', () => {
  it('is UNAVAILABLE: the picture before stays, and nothing half-written', async () => {
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data });
    const directory = path.join(app.settings.dataDir, 'avatars');
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'in the way');
    expect(await errorOf(asha.client.profile.setAvatar.mutate({ data }))).toMatchObject({
      code: 'UNAVAILABLE',
      httpStatus: 503,
      retryAfterSeconds: 2,
    });
    expect((await asha.client.profile.get.query()).avatar).toBe(avatar);
    expect(app.logs.join('')).toContain('ENOTDIR');
    expect(readdirSync(app.settings.dataDir).filter((name) => name.includes('part'))).toEqual([]);

    rmSync(directory);
    expect((await asha.client.profile.setAvatar.mutate({ data })).avatar).not.toBe(avatar);
  });

  it('is tried again for what is to go', async () => {
    const { avatar } = await asha.client.profile.setAvatar.mutate({ data });
    const file = path.join(app.settings.dataDir, 'avatars', nameIn(avatar));
    // What is not a file cannot be removed as one.
    rmSync(file);
    mkdirSync(file);
    await asha.client.profile.removeAvatar.mutate();
    await eventually(async () => (await failedOnce()) === 1);
    rmSync(file, { recursive: true });
    writeFileSync(file, 'picture');
    await settleDiscards();
    expect(keptPictures(app)).toEqual([]);
  });

  async function failedOnce(): Promise<number> {
    const [row] = await app.sql<{ count: number }>(
      `select count(*)::integer from graphile_worker._private_jobs
        where attempts = 1 and locked_at is null and last_error is not null`,
    );
    return row?.count ?? 0;
  }
});

describe('with an S3-compatible store', () => {
  it('a picture is kept, shown, replaced and removed there', async () => {
    await using s3 = await startS3Server();
    await using other = await startTestApp({ jobs: true, env: s3.env });
    const ravi = await other.signUp();
    const first = await ravi.client.profile.setAvatar.mutate({ data });
    expect((await fetchPicture(other, first.avatar)).status).toBe(200);
    const second = await ravi.client.profile.setAvatar.mutate({ data });
    await settleDiscards(other);
    expect((await fetchPicture(other, first.avatar)).status).toBe(404);
    expect((await fetchPicture(other, second.avatar)).status).toBe(200);
    await ravi.client.profile.removeAvatar.mutate();
    await settleDiscards(other);
    expect((await fetchPicture(other, second.avatar)).status).toBe(404);
    expect(keptPictures(other)).toEqual([]);
  });

  it('that is away, setting and showing are UNAVAILABLE, and removing works', async () => {
    const s3 = await startS3Server();
    await using other = await startTestApp({ env: s3.env });
    const ravi = await other.signUp();
    const { avatar } = await ravi.client.profile.setAvatar.mutate({ data });
    await s3[Symbol.asyncDispose]();
    expect(await endingOf(ravi.client.profile.setAvatar.mutate({ data }))).toBe('UNAVAILABLE');
    expect((await fetchPicture(other, avatar)).status).toBe(503);
    expect((await ravi.client.profile.get.query()).avatar).toBe(avatar);
    expect((await ravi.client.profile.removeAvatar.mutate()).avatar).toBeNull();
  });
});
