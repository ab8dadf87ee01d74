import { type TrackedEnvelope, tracked } from '@trpc/server';
import { z } from 'zod';
import type { Watch } from '../domain/live/start-watch.ts';

/** A stream of events with their ids, as it leaves a procedure. */
export class TrackedWatch<Event> implements AsyncIterableIterator<TrackedEnvelope<Event>, void, unknown> {
  /** The id that the stream starts after. */
  readonly after: string;
  readonly #watch: Watch<{ seq: number }>;
  readonly #events: AsyncIterator<{ seq: number }, void>;
  readonly #schema: z.ZodType<Event>;

  constructor(watch: Watch<{ seq: number }>, schema: z.ZodType<Event>) {
    this.after = String(watch.after);
    this.#watch = watch;
    this.#events = watch[Symbol.asyncIterator]();
    this.#schema = schema;
  }

  /** Called once, when the stream is over although its reader has not asked for more. */
  onEnd(listener: () => void): void {
    this.#watch.onEnd(listener);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<TrackedEnvelope<Event>, void>> {
    const { done, value } = await this.#events.next();
    if (done === true || value === undefined) return { done: true, value: undefined };
    return { done: false, value: tracked(String(value.seq), this.#schema.parse(value)) };
  }

  async return(): Promise<IteratorResult<TrackedEnvelope<Event>, void>> {
    await this.#events.return?.();
    return { done: true, value: undefined };
  }
}

/**
 * The output of a watching procedure: each event goes through `event`, so only its own fields leave, and is known
 * by its `seq`.
 */
export function watchSchema<Event extends { seq: number }>(
  event: z.ZodType<Event>,
): z.ZodType<AsyncIterable<TrackedEnvelope<Event>, void, unknown>, Watch<Event>> {
  return z
    .custom<Watch<Event>>((value) => typeof value === 'object' && value !== null)
    .transform((watch) => new TrackedWatch(watch, event));
}
