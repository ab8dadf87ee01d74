import { describe, expect, it } from 'vitest';
import { createTruConn } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import { answer, Refusal, startServer } from './support/scripted-server.ts';

interface Asked {
  cursor?: string;
  limit?: number;
}

/** Entries 1 to `count`, in pages; the cursor is the last number of the page before. */
const entries = (count: number, failAt?: number) =>
  answer((_path: string, { cursor, limit = 50 }: Asked) => {
    const after = Number(cursor ?? 0);
    if (after === failAt) return new Refusal('INTERNAL', 500);
    const last = Math.min(count, after + limit);
    const items = Array.from({ length: last - after }, (_each, index) => ({ seq: after + index + 1 }));
    return { items, nextCursor: last < count ? String(last) : null };
  });

async function numbersOf(list: AsyncIterable<{ seq: number }>, until = Number.POSITIVE_INFINITY) {
  const numbers: number[] = [];
  for await (const { seq } of list) {
    numbers.push(seq);
    if (seq >= until) break;
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_each, index) => index + 1);

describe('all', () => {
  it.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ])('gives %i items in their order, in %i requests', async (count, requests) => {
    await using server = await startServer(entries(count));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await numbersOf(truconn.consent.ledger.all())).toEqual(upTo(count));
    expect(server.requests).toHaveLength(requests);
  });

  it('asks for pages of the size it is told, with the rest of the input in each, and begins at its cursor', async () => {
    await using server = await startServer(entries(9));
    const truconn = createTruConn({ baseUrl: server.url });
    const list = truconn.consent.ledger.all({ limit: 3, cursor: '4' });
    expect(await numbersOf(list)).toEqual([5, 6, 7, 8, 9]);
    expect(server.requests.map(({ inputs }) => inputs[0])).toEqual([
      { limit: 3, cursor: '4' },
      { limit: 3, cursor: '7' },
    ]);
  });

  it('asks for nothing until it is read', async () => {
    await using server = await startServer(entries(3));
    createTruConn({ baseUrl: server.url }).consent.ledger.all();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toEqual([]);
  });

  it('asks for nothing more when the loop is left', async () => {
    await using server = await startServer(entries(1_000));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await numbersOf(truconn.consent.ledger.all(), 100)).toEqual(upTo(100));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toHaveLength(1);
  });

  it('that fails in its middle gives what came before, and then the error', async () => {
    await using server = await startServer(entries(300, 200));
    const truconn = createTruConn({ baseUrl: server.url });
    const numbers: number[] = [];
    const reading = async () => {
      for await (const { seq } of truconn.consent.ledger.all()) numbers.push(seq);
    };
    expect(await errorOf(reading())).toMatchObject({ code: 'INTERNAL' });
    expect(numbers).toEqual(upTo(200));
  });

  it('that is given up is ABORTED at its next page', async () => {
    await using server = await startServer(entries(300));
    const truconn = createTruConn({ baseUrl: server.url });
    const left = new AbortController();
    const reading = async () => {
      for await (const { seq } of truconn.consent.ledger.all({}, { signal: left.signal })) {
        if (seq === 100) left.abort();
      }
    };
    expect(await errorOf(reading())).toMatchObject({ code: 'ABORTED' });
    expect(server.requests).toHaveLength(1);
  });

  it('of lists that are read at once share requests', async () => {
    await using server = await startServer(entries(150));
    const truconn = createTruConn({ baseUrl: server.url });
    const lists = [truconn.consent.ledger.all(), truconn.admin.audit.list.all()] as AsyncIterable<{
      seq: number;
    }>[];
    expect(await Promise.all(lists.map((list) => numbersOf(list)))).toEqual([upTo(150), upTo(150)]);
    expect(server.requests).toHaveLength(2);
  });
});

it('a list that is called answers one page', async () => {
  await using server = await startServer(entries(7));
  const truconn = createTruConn({ baseUrl: server.url });
  expect(await truconn.consent.ledger({ limit: 2 })).toEqual({
    items: [{ seq: 1 }, { seq: 2 }],
    nextCursor: '2',
  });
});
