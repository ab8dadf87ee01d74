import { ACCESS_STATUSES, type AccessRequest } from '@truconn/contract';
import { describe, expect, test } from 'vitest';
import { grantAndAsk, readAll, useTestApp } from '../consent/support.ts';

const app = useTestApp();

describe('orgAccess.incoming and orgAccess.outgoing', () => {
  test('come newest first, page by page, each request once', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const made: AccessRequest[] = [];
    for (const categoryId of [1, 2, 3, 4, 5, 6, 7])
      made.unshift(await grantAndAsk(asha, hospital, { categoryId }));
    for (const limit of [1, 2, 3, 7, 100]) {
      expect(await readAll((page) => asha.client.orgAccess.incoming.query({ ...page, limit }))).toEqual(made);
      expect(await readAll((page) => hospital.client.orgAccess.outgoing.query({ ...page, limit }))).toEqual(
        made,
      );
    }
    const exactly = await asha.client.orgAccess.incoming.query({ limit: 7 });
    expect(exactly.nextCursor).toBeNull();
  });

  test('can be asked for one status, and a page is full although others lie between', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    for (const categoryId of [1, 2, 3, 4, 5, 6]) {
      const { id } = await grantAndAsk(asha, hospital, { categoryId });
      const decision = categoryId % 2 === 0 ? 'approve' : 'deny';
      await asha.client.orgAccess.decide.mutate({ requestId: id, decision });
    }
    const first = await hospital.client.orgAccess.outgoing.query({ status: 'APPROVED', limit: 2 });
    expect(first.items.map((request) => request.categoryId)).toEqual([6, 4]);
    const rest = await hospital.client.orgAccess.outgoing.query({
      status: 'APPROVED',
      limit: 2,
      cursor: first.nextCursor ?? '',
    });
    expect(rest.items.map((request) => request.categoryId)).toEqual([2]);
    const counts = [];
    for (const status of ACCESS_STATUSES) {
      const { items } = await asha.client.orgAccess.incoming.query({ status });
      expect(items.every((request) => request.status === status)).toBe(true);
      counts.push([status, items.length]);
    }
    expect(Object.fromEntries(counts)).toMatchObject({ APPROVED: 3, DENIED: 3, PENDING: 0, REVOKED: 0 });
  });

  test('a request that comes between two pages moves nothing', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const old = [];
    for (const categoryId of [1, 2]) old.unshift(await grantAndAsk(asha, hospital, { categoryId }));
    const first = await asha.client.orgAccess.incoming.query({ limit: 1 });
    await grantAndAsk(asha, hospital, { categoryId: 3 });
    const second = await asha.client.orgAccess.incoming.query({ limit: 1, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items]).toEqual(old);
  });

  test('somebody else’s cursor shows nothing of theirs', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    await grantAndAsk(ravi, hospital);
    for (const categoryId of [1, 2]) await grantAndAsk(asha, hospital, { categoryId });
    const { nextCursor } = await asha.client.orgAccess.incoming.query({ limit: 1 });
    const { items } = await ravi.client.orgAccess.incoming.query({ cursor: nextCursor ?? '' });
    expect(items.map((request) => request.user.id)).toEqual([ravi.user.id]);
  });

  test('reads left are what was agreed less what was read', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital, { maxReads: 5 });
    await app().sql('update access_requests set reads = 2 where id = $1', [id]);
    const { items } = await hospital.client.orgAccess.outgoing.query();
    expect(items).toMatchObject([{ maxReads: 5, readsLeft: 3 }]);
  });
});
