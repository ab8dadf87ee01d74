import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { inTime } from '../calls/deadline.ts';
import { networkError } from '../calls/to-truconn-error.ts';
import { SILENCE_MS } from '../numbers.ts';

/**
 * One connection's server-sent events, read as fast as they are asked for and not faster. Ends where the connection
 * does; leaving the loop ends the connection.
 * @throws TruConnError `NETWORK_ERROR` when the connection breaks, `TIMEOUT` when it is silent for too long
 */
export async function* readEvents(
  { body }: Response,
  signal: AbortSignal,
): AsyncIterableIterator<EventSourceMessage> {
  // An answer of status 200 has a body.
  const reader = (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void arrived.push(event) });
  const read = () =>
    reader.read().catch((cause) => {
      throw networkError(cause);
    });
  try {
    while (true) {
      const { done, value } = await inTime(SILENCE_MS, signal, read);
      if (done) return;
      parser.feed(value);
      yield* arrived.splice(0);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
