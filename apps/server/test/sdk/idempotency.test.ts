import { describe, expect, it } from 'vitest';
import { errorOf, type Network, type SdkPerson, signInSdk, startFileApp } from './support.ts';

const app = await startFileApp();

/** Lets the server do what it is asked, and loses its first answers. */
function lossy(path: string, losses: number): Network {
  let left = losses;
  return async (asked, send) => {
    const answer = await send();
    if (asked !== path || left === 0) return answer;
    left -= 1;
    throw new TypeError('terminated');
  };
}

async function actionsOf({ truconn }: SdkPerson): Promise<string[]> {
  const { items } = await truconn.consent.ledger();
  return items.map(({ action }) => action);
}

describe('a mutation with an idempotency key', () => {
  it('whose answers are lost has one effect, and the answer of the first', async () => {
    const asha = await signInSdk(app);
    asha.network = lossy('consent.toggle', 2);
    const key = crypto.randomUUID();
    const view = await asha.truconn.consent.toggle({ categoryId: 4 }, { idempotencyKey: key });
    expect(view).toMatchObject({ categoryId: 4, granted: true });
    expect(asha.count('consent.toggle')).toBe(3);
    expect(await actionsOf(asha)).toHaveLength(1);
    expect(await asha.truconn.consent.toggle({ categoryId: 4 }, { idempotencyKey: key })).toEqual(view);
    expect(await actionsOf(asha)).toHaveLength(1);
  });

  it('that is made ten times at once has one effect and one answer', async () => {
    const asha = await signInSdk(app);
    const options = { idempotencyKey: crypto.randomUUID() };
    const views = await Promise.all(
      Array.from({ length: 10 }, () => asha.truconn.consent.toggle({ categoryId: 4 }, options)),
    );
    for (const view of views) expect(view).toEqual(views[0]);
    expect(await actionsOf(asha)).toHaveLength(1);
  });

  it('that was used with another input is IDEMPOTENCY_CONFLICT', async () => {
    const asha = await signInSdk(app);
    const options = { idempotencyKey: 'my-first-key' };
    await asha.truconn.consent.grant({ categoryId: 4 }, options);
    const other = asha.truconn.consent.grant({ categoryId: 5 }, options);
    expect(await errorOf(other)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
    expect(asha.count('consent.grant')).toBe(2);
  });

  it('that is empty is not taken for one: the call is not repeated', async () => {
    const asha = await signInSdk(app);
    asha.network = lossy('consent.toggle', 1);
    const toggled = asha.truconn.consent.toggle({ categoryId: 4 }, { idempotencyKey: '' });
    expect(await errorOf(toggled)).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(await actionsOf(asha)).toHaveLength(1);
  });

  it('that is too long is INVALID_INPUT, and has no effect', async () => {
    const asha = await signInSdk(app);
    const toggled = asha.truconn.consent.toggle({ categoryId: 4 }, { idempotencyKey: 'k'.repeat(256) });
    expect(await errorOf(toggled)).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    expect(await actionsOf(asha)).toEqual([]);
  });
});

it('a mutation without a key whose answer is lost is a NETWORK_ERROR, and was done once', async () => {
  const asha = await signInSdk(app);
  asha.network = lossy('consent.toggle', 1);
  const error = await errorOf(asha.truconn.consent.toggle({ categoryId: 4 }));
  expect(error).toMatchObject({ code: 'NETWORK_ERROR' });
  expect(await actionsOf(asha)).toHaveLength(1);
});
