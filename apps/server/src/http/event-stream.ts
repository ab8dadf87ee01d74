import type { ServerResponse } from 'node:http';
import { isTrackedEnvelope } from '@trpc/server';
import type { FastifyReply } from 'fastify';

/** How an open stream is kept, in milliseconds. */
export interface StreamTimes {
  /** Silence is broken this often: more often than proxies and `HTTP_LIMITS` cut it. */
  pingMs: number;
  /** A reader that takes nothing for so long, although there is something to take, is cut off. */
  stallMs: number;
  /** A client that hears nothing for so long connects again; it is told so. */
  reconnectMs: number;
}

export const STREAM_TIMES: StreamTimes = { pingMs: 20_000, stallMs: 30_000, reconnectMs: 60_000 };

/** The last words of a stream, which its reader may not want to hear. */
const FAREWELL_MS = 500;

export interface EventStreamOptions {
  events: AsyncIterable<unknown>;
  /** The id that the stream starts after: what a client that was cut before the first event resumes from. */
  after?: string;
  /** Hands over what to call when the stream is over although nobody has asked for more. */
  onEnd?: (listener: () => void) => void;
  /** What the client is told of an error, as JSON. */
  describeError: (error: unknown) => object;
  times?: Partial<StreamTimes>;
}

/**
 * Sends events as they come, in tRPC's terms for server-sent events (`connected`, `ping`, `message`, `return`,
 * `serialized-error`), so that `httpSubscriptionLink` reads them. An event is asked for when the one before it has
 * left this process, so a reader holds back no more than one page. tRPC's own way, three web streams and several
 * abort signals for each reader, would wait for a reader forever.
 */
export function sendEvents(reply: FastifyReply, options: EventStreamOptions): FastifyReply {
  const { after } = options;
  reply.header('content-type', 'text/event-stream');
  reply.header('cache-control', 'no-store, no-transform');
  reply.header('x-accel-buffering', 'no');
  // Nothing else comes on this connection: with its stream, everything of it is gone.
  reply.header('connection', 'close');
  if (after !== undefined) reply.header('last-event-id', after);
  reply.hijack();
  reply.raw.writeHead(200, takeHeaders(reply));
  // By themselves: joined with the first event, Node would keep them in seventy pieces.
  reply.raw.flushHeaders();
  void new EventStream(reply.raw, options).run(after);
  return reply;
}

// Moved and not copied: the reply lives as long as the stream, and thousands of streams add up.
function takeHeaders(reply: FastifyReply): string[] {
  const headers: string[] = [];
  for (const [name, values] of Object.entries(reply.getHeaders())) {
    for (const value of [values].flat()) if (value !== undefined) headers.push(name, String(value));
    reply.removeHeader(name);
  }
  return headers;
}

class EventStream {
  readonly #response: ServerResponse;
  readonly #iterator: AsyncIterator<unknown>;
  readonly #describeError: EventStreamOptions['describeError'];
  readonly #times: StreamTimes;
  readonly #ping: NodeJS.Timeout;
  #stall: NodeJS.Timeout | undefined;
  /** Writes that the socket has not taken yet. */
  #unsent = 0;

  constructor(response: ServerResponse, { events, onEnd, describeError, times }: EventStreamOptions) {
    this.#response = response;
    this.#iterator = events[Symbol.asyncIterator]();
    this.#describeError = describeError;
    this.#times = { ...STREAM_TIMES, ...times };
    this.#ping = setInterval(() => this.#pingIdle(), this.#times.pingMs).unref();
    response.on('close', () => this.#stop());
    // The client left while it was being looked up, and this was told already.
    if (response.destroyed) this.#stop();
    // The reason is heard by whoever waits for an event. Nobody does while a reader is slow.
    onEnd?.(() => {
      if (this.#unsent > 0) this.#cut();
    });
  }

  async run(after: string | undefined): Promise<void> {
    const client = JSON.stringify({ reconnectAfterInactivityMs: this.#times.reconnectMs });
    try {
      await this.#write(toText({ event: 'connected', data: client, id: after }));
      for (;;) {
        const { done, value } = await this.#iterator.next();
        if (this.#response.destroyed) return;
        if (done === true) break;
        await this.#write(toMessage(value));
      }
      this.#end('return', '');
    } catch (error) {
      if (this.#response.destroyed) return;
      this.#end('serialized-error', JSON.stringify(this.#describeError(error)));
    }
  }

  #pingIdle(): void {
    // Where something waits to be taken, it tells as much as a ping.
    if (this.#unsent === 0) void this.#write(toText({ event: 'ping', data: '' }));
  }

  /** Resolves when the socket has taken it, or is gone. */
  #write(text: string): Promise<void> {
    this.#unsent += 1;
    this.#stall ??= setTimeout(() => this.#cut(), this.#times.stallMs).unref();
    return new Promise((resolve) => {
      this.#response.write(text, () => {
        this.#unsent -= 1;
        if (this.#unsent > 0) this.#stall?.refresh();
        else this.#rest();
        resolve();
      });
    });
  }

  #end(event: string, data: string): void {
    this.#rest();
    this.#stall = setTimeout(() => this.#cut(), FAREWELL_MS).unref();
    this.#response.end(toText({ event, data }));
  }

  #cut(): void {
    this.#response.destroy();
  }

  #rest(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
  }

  #stop(): void {
    clearInterval(this.#ping);
    this.#rest();
    void this.#iterator.return?.().catch(() => undefined);
  }
}

function toMessage(value: unknown): string {
  if (!isTrackedEnvelope(value)) return toText({ data: JSON.stringify(value) });
  const [id, data] = value;
  return toText({ data: JSON.stringify(data), id });
}

/** One event (HTML 9.2.5). JSON has no line breaks, and ids are numbers. */
function toText({ event, data, id }: { event?: string; data: string; id?: string | undefined }): string {
  const lines = [`data: ${data}`];
  if (event !== undefined) lines.unshift(`event: ${event}`);
  if (id !== undefined) lines.push(`id: ${id}`);
  return `${lines.join('\n')}\n\n`;
}
