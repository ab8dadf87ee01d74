import { describe, expect, it, vi } from 'vitest';
import { WorkQueue } from '../src/work-queue.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const OVERLOADED = { code: 'OVERLOADED', retryAfterSeconds: 2 };

/** A task that ends when it is told to. */
function heldTask() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { run: () => promise, end: resolve, fail: reject };
}

function fill(queue: WorkQueue, count: number) {
  const tasks = Array.from({ length: count }, heldTask);
  const runs = tasks.map((task) => queue.run(task.run));
  for (const run of runs) run.catch(() => undefined);
  return { tasks, runs };
}

describe('the queue of heavy work', () => {
  it('runs as many tasks at once as it has slots', async () => {
    const queue = new WorkQueue({ slots: 2 });
    const { tasks, runs } = fill(queue, 5);
    await settled();
    expect([queue.running, queue.waiting]).toEqual([2, 3]);
    tasks[0]?.end('first');
    await expect(runs[0]).resolves.toBe('first');
    await settled();
    expect([queue.running, queue.waiting]).toEqual([2, 2]);
  });

  it('admits in the order in which callers came', async () => {
    const queue = new WorkQueue({ slots: 1 });
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((name) => queue.run(async () => void order.push(name))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('lets 32 callers wait and tells the next one at once to come back', async () => {
    const queue = new WorkQueue({ slots: 1 });
    fill(queue, 33);
    expect(queue.waiting).toBe(32);
    await expect(queue.run(async () => 'never')).rejects.toMatchObject(OVERLOADED);
    expect(queue.waiting).toBe(32);
  });

  it('lets one wait two seconds and not longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const queue = new WorkQueue({ slots: 1 });
      fill(queue, 2);
      vi.advanceTimersByTime(1_999);
      expect(queue.waiting).toBe(1);
      vi.advanceTimersByTime(1);
      expect(queue.waiting).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets nobody wait longer than the limit, and does not run what was given up', async () => {
    const queue = new WorkQueue({ slots: 1, maxWaitMilliseconds: 20 });
    const { tasks } = fill(queue, 1);
    let ran = false;
    const late = queue.run(async () => {
      ran = true;
    });
    await expect(late).rejects.toMatchObject(OVERLOADED);
    expect(queue.waiting).toBe(0);
    tasks[0]?.end('done');
    await settled();
    expect([ran, queue.running]).toEqual([false, 0]);
  });

  it('keeps a slot until its task is done, although the caller has left', async () => {
    const queue = new WorkQueue({ slots: 1 });
    const { tasks, runs } = fill(queue, 1);
    const caller = Promise.race([runs[0], Promise.resolve('left')]);
    await expect(caller).resolves.toBe('left');
    expect(queue.running).toBe(1);
    tasks[0]?.end('done');
    await settled();
    expect(queue.running).toBe(0);
  });

  it('frees the slot of a task that fails, thrown or rejected', async () => {
    const queue = new WorkQueue({ slots: 1 });
    const throws = queue.run(() => {
      throw new Error('at once');
    });
    await expect(throws).rejects.toThrow('at once');
    await expect(queue.run(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
    await expect(queue.run(async () => 'fine')).resolves.toBe('fine');
    expect(queue.running).toBe(0);
  });

  it('never runs more than its slots, whatever comes and goes', async () => {
    const queue = new WorkQueue({ slots: 3, maxWaiting: 1_000 });
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 200 }, () => queue.run(work)));
    expect([most, queue.running, queue.waiting]).toEqual([3, 0, 0]);
  });
});
