const tails = new Map<string, Promise<unknown>>();

/**
 * Runs the works of one key one after the other, in this process. It only spares work: what must hold
 * between instances is held by the database's constraints.
 */
export async function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const before = tails.get(key);
  const mine = (before ?? Promise.resolve()).then(work);
  const tail = mine.then(
    () => undefined,
    () => undefined,
  );
  tails.set(key, tail);
  try {
    return await mine;
  } finally {
    if (tails.get(key) === tail) tails.delete(key);
  }
}
