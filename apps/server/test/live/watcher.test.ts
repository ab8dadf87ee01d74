import { expect, test } from 'vitest';
import { DomainError } from '../../src/domain/domain-error.ts';
import { WatchedTopic } from '../../src/live/watched-topic.ts';
import { HubWatcher } from '../../src/live/watcher.ts';

const SESSION = { kind: 'session', id: 'one', holderId: 'asha', organizationId: null } as const;

/** What a promise has come to by now. */
async function stateOf<Value>(promise: Promise<Value>): Promise<Value | 'waiting'> {
  return Promise.race([promise, new Promise<'waiting'>((resolve) => setImmediate(resolve, 'waiting'))]);
}

function watch(topic: WatchedTopic): HubWatcher {
  return new HubWatcher(SESSION, topic, () => undefined);
}

test('a watcher that is told of something while it reads, reads again', async () => {
  const topic = new WatchedTopic();
  const watcher = watch(topic);
  const read = Promise.withResolvers<number[]>();
  const reading = watcher.read(0, () => read.promise);
  topic.wake();
  read.resolve([]);
  await reading;
  expect(await stateOf(watcher.changed(0))).toBe(true);
  await watcher.read(0, async () => []);
  expect(await stateOf(watcher.changed(0))).toBe('waiting');
});

test('watchers at the same event share a read, but none that began before the last word', async () => {
  const topic = new WatchedTopic();
  const [first, second, third] = [watch(topic), watch(topic), watch(topic)];
  const reads: PromiseWithResolvers<string[]>[] = [];
  const read = () => {
    const started = Promise.withResolvers<string[]>();
    reads.push(started);
    return started.promise;
  };
  const answers = [first.read(4, read), second.read(4, read), third.read(3, read)];
  expect(reads).toHaveLength(2);
  topic.wake();
  answers.push(second.read(4, read));
  expect(reads).toHaveLength(3);
  for (const [index, { resolve }] of reads.entries()) resolve([`read ${index}`]);
  expect(await Promise.all(answers)).toEqual([['read 0'], ['read 0'], ['read 1'], ['read 2']]);
  void first.read(4, read);
  expect(reads).toHaveLength(4);
});

test('a read that failed is tried again', async () => {
  const watcher = watch(new WatchedTopic());
  await expect(watcher.read(0, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await watcher.read(0, async () => ['here'])).toEqual(['here']);
});

test('a head that a watcher has, or was told of, does not wake it', async () => {
  const topic = new WatchedTopic();
  const watcher = watch(topic);
  const waiting = watcher.changed(5);
  topic.see(5);
  expect(await stateOf(waiting)).toBe('waiting');
  topic.see(6);
  expect(await stateOf(waiting)).toBe(true);
  // What has the number 6 was erased: the watcher stays at 5.
  const again = watcher.changed(5);
  topic.see(6);
  expect(await stateOf(again)).toBe('waiting');
});

test('a watcher that ended says why, at once and from then on, and tells its listener once', async () => {
  const topic = new WatchedTopic();
  const watcher = watch(topic);
  let told = 0;
  watcher.onEnd(() => {
    told += 1;
  });
  const waiting = watcher.changed(0);
  const error = new DomainError('UNAUTHENTICATED');
  watcher.end(error);
  watcher.end(new DomainError('UNAVAILABLE'));
  await expect(waiting).rejects.toBe(error);
  expect(() => watcher.check()).toThrow(error);
  watcher.close();
  expect([told, topic.watchers.size]).toEqual([1, 0]);
});

test('a watcher that is closed while it waits goes on with nothing', async () => {
  const watcher = watch(new WatchedTopic());
  const waiting = watcher.changed(0);
  watcher.close();
  expect(await stateOf(waiting)).toBe(false);
  expect(await stateOf(watcher.changed(0))).toBe(false);
});
