import { setTimeout as sleep } from 'node:timers/promises';

/** What browsers do with server-sent events (HTML 9.2), as far as tRPC's link needs it: Node has none of its own. */
export class FetchEventSource extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState = 0;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #closing = new AbortController();
  #lastEventId = '';

  constructor(url: string, { headers = {} }: { headers?: Record<string, string> } = {}) {
    super();
    this.#url = url;
    this.#headers = headers;
    void this.#stay();
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.#closing.abort();
  }

  async #stay(): Promise<void> {
    while (this.readyState !== this.CLOSED) {
      const isRefused = await this.#connect().catch(() => false);
      if (this.#closing.signal.aborted) return;
      this.readyState = isRefused ? this.CLOSED : this.CONNECTING;
      this.dispatchEvent(new Event('error'));
      await sleep(20);
    }
  }

  /** @returns whether the answer was none to connect to again */
  async #connect(): Promise<boolean> {
    const headers = { ...this.#headers, accept: 'text/event-stream' };
    const response = await fetch(this.#url, {
      headers: this.#lastEventId === '' ? headers : { ...headers, 'last-event-id': this.#lastEventId },
      signal: this.#closing.signal,
    });
    if (response.status !== 200) return true;
    this.readyState = this.OPEN;
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#dispatch(block);
    }
    return false;
  }

  #dispatch(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
    this.#lastEventId = fields.get('id') ?? this.#lastEventId;
    const { data = '', event = 'message' } = Object.fromEntries(fields);
    this.dispatchEvent(new MessageEvent(event, { data, lastEventId: this.#lastEventId }));
  }
}
