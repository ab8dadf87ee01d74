import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import type { WatchEvent } from '../../src/index.ts';
import type { Reply, SeenRequest } from './scripted-server.ts';

/** Begins a stream as the server does: its first event says after which one it starts. */
export function beginStream(response: ServerResponse, after = '0'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'last-event-id': after });
  response.write(`event: connected\nid: ${after}\ndata: {"reconnectAfterInactivityMs":60000}\n\n`);
}

export function sendEvent(response: ServerResponse, seq: number): void {
  response.write(`id: ${seq}\ndata: ${JSON.stringify({ seq, action: 'GRANTED', note: `№ ${seq}` })}\n\n`);
}

/** After which event a client asks to go on; 0 where it says nothing. */
export function askedAfter({ inputs }: SeenRequest): number {
  return Number((inputs[0] as { lastEventId?: string } | undefined)?.lastEventId ?? 0);
}

/**
 * A ledger of so many entries, told from where the client is. Each connection tells at most `atOnce`, and then ends as
 * it is told; the one that has told the last stays open.
 */
export function tellLedger(count: number, atOnce: number, end: (response: ServerResponse) => void): Reply {
  return (request, response) => {
    const after = askedAfter(request);
    beginStream(response, String(after));
    const last = Math.min(count, after + atOnce);
    for (let seq = after + 1; seq <= last; seq += 1) sendEvent(response, seq);
    if (last < count) end(response);
  };
}

/** Reads so many events, and leaves. */
export async function take(
  events: AsyncIterable<WatchEvent<{ seq: number }>>,
  count: number,
): Promise<number[]> {
  const seen: number[] = [];
  for await (const { id, data } of events) {
    expect(id).toBe(String(data.seq));
    seen.push(data.seq);
    if (seen.length === count) break;
  }
  return seen;
}

/** Ends an answer, as a server does that stops. */
export const leave = (response: ServerResponse) => void response.end();
