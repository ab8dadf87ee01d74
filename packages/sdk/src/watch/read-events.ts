import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { networkError } from '../calls/fetch-json.ts';

/** One connection's server-sent events, read as fast as they are asked for and not faster. */
export interface EventReader {
  /**
   * The events as they come; ends where the connection does.
   * @throws TruConnError `NETWORK_ERROR` when nothing came for `silenceMs`
   */
  events(): AsyncIterableIterator<EventSourceMessage>;
  /** How long the connection may be silent before it counts as broken; servers send pings more often. */
  silenceMs: number;
}

const DEFAULT_SILENCE_MS = 60_000;

export function readEvents(body: ReadableStream<Uint8Array>): EventReader {
  const source: EventReader = { silenceMs: DEFAULT_SILENCE_MS, events };
  return source;

  async function* events(): AsyncIterableIterator<EventSourceMessage> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const arrived: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (event) => void arrived.push(event) });
    try {
      for (;;) {
        const { done, value } = await within(source.silenceMs, reader.read());
        if (done) return;
        parser.feed(decoder.decode(value, { stream: true }));
        yield* arrived.splice(0);
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }
}

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(networkError(new Error(`nothing came for ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
