import type { WatchInput } from '@truconn/contract';
import type { EventRange } from '../../database/queries/live.queries.ts';
import { invalidField } from '../domain-error.ts';
import type { Live, Topic, Watcher, WatchingCredential } from './live.ts';

/** Where the events of one topic come from. */
export interface Feed<Event> {
  topic: Topic;
  range(): Promise<EventRange>;
  /** Events after a number, in their order, at most `limit`; the same for all who watch the topic. */
  read(page: { after: number; limit: number }): Promise<Event[]>;
  /** Whether this watcher is shown an event; all of them unless told. */
  shows?(event: Event): boolean;
}

/** A stream of events that is read at its reader's pace. */
export interface Watch<Event> extends AsyncIterable<Event, void, undefined> {
  /** The number that the stream starts after. */
  readonly after: number;
  /** Called once, when the stream is over although its reader has not asked for more. */
  onEnd(listener: () => void): void;
}

const PAGE = 100;

/**
 * Begins to watch a feed: from the event after `lastEventId` on, or from now on. Who has this answer misses
 * nothing that is committed later.
 * @throws DomainError `INVALID_INPUT` on `lastEventId` when it is no event's id, or one of so long ago that what
 *   came after it is gone; what `Live.open` throws
 */
export async function startWatch<Event extends { seq: number }>(
  live: Live,
  credential: WatchingCredential,
  feed: Feed<Event>,
  input: WatchInput | undefined,
): Promise<Watch<Event>> {
  const watcher = live.open(credential, feed.topic);
  try {
    const range = await feed.range();
    const after = readEventId(input?.lastEventId, range) ?? range.last;
    return new FeedWatch(watcher, feed, { after, isBehind: after < range.last });
  } catch (error) {
    watcher.close();
    throw error;
  }
}

function readEventId(id: string | null | undefined, { first, last }: EventRange): number | undefined {
  if (id === null || id === undefined) return undefined;
  const seq = /^(?:0|[1-9]\d{0,9})$/.test(id) ? Number(id) : undefined;
  if (seq === undefined || seq > last) {
    throw invalidField('lastEventId', 'Give the id of an event of this stream, or none.');
  }
  if (seq < first) {
    throw invalidField(
      'lastEventId',
      'What came after this event is no longer kept: list anew, and watch without an id.',
    );
  }
  return seq;
}

/** Pages through a feed. Not a generator: one that waits could not be told that its reader has left. */
class FeedWatch<Event extends { seq: number }> implements Watch<Event>, AsyncIterator<Event, void> {
  readonly after: number;
  readonly #watcher: Watcher;
  readonly #feed: Feed<Event>;
  #cursor: number;
  /** Events that are read and not taken, next one last. */
  #page: Event[] = [];
  #isBehind: boolean;

  constructor(watcher: Watcher, feed: Feed<Event>, start: { after: number; isBehind: boolean }) {
    this.after = start.after;
    this.#watcher = watcher;
    this.#feed = feed;
    this.#cursor = start.after;
    this.#isBehind = start.isBehind;
  }

  onEnd(listener: () => void): void {
    this.#watcher.onEnd(listener);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Event, void>> {
    const watcher = this.#watcher;
    while (!watcher.isClosed) {
      watcher.check();
      const value = this.#page.pop();
      if (value !== undefined) {
        this.#cursor = value.seq;
        if (this.#feed.shows?.(value) ?? true) return { done: false, value };
      } else if (this.#isBehind) await this.#readPage();
      else this.#isBehind = await watcher.changed(this.#cursor);
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Event, void>> {
    this.#watcher.close();
    return { done: true, value: undefined };
  }

  async #readPage(): Promise<void> {
    const page = { after: this.#cursor, limit: PAGE };
    // Others may hold the same list.
    this.#page = (await this.#watcher.read(page.after, () => this.#feed.read(page))).toReversed();
    this.#isBehind = this.#page.length === PAGE;
  }
}
