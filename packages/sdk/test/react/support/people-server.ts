import type { ServerResponse } from 'node:http';
import {
  answer,
  type Refusal,
  type Reply,
  type SeenRequest,
  startServer,
} from '../../support/scripted-server.ts';
import { People } from './people.ts';

/** A server that knows some people, and answers each with what is theirs. */
export interface PeopleServer extends AsyncDisposable {
  url: string;
  requests: SeenRequest[];
  people: People;
  /** How often a procedure was called. */
  countOf(path: string): number;
  /** Whatever calls the procedure from now on waits until the returned function is called. */
  hold(path: string): () => void;
  /** From now on every answer of a procedure is this error; `undefined` ends that. */
  refuse(path: string, refusal: Refusal | undefined): void;
  /** Sends an event to everybody who watches as this person. */
  emit(person: string, id: string, data: object): void;
  /** Who watches now. */
  watchers(): string[];
  /** Breaks every stream off. */
  breakStreams(): void;
}

/** Starts it; `auth.signIn` lets everybody in by their name, and the cookie `truconn=asha` is Asha's. */
export async function startPeopleServer(): Promise<PeopleServer> {
  const people = new People();
  const gates = new Map<string, Promise<void>>();
  const refusals = new Map<string, Refusal>();
  const streams = new Map<ServerResponse, string>();
  const reply: Reply = async (request, response) => {
    const { authorization, cookie } = request.headers;
    // Who asks is decided on arrival: an answer that is held back is still theirs.
    const person = people.holderOf(authorization ?? cookie);
    await Promise.all(request.paths.map((path) => gates.get(path)));
    if (request.paths[0] === 'consent.watch' && person !== undefined && !refusals.has('consent.watch')) {
      return openStream(streams, person, response);
    }
    const call = (path: string, input: never) => refusals.get(path) ?? people.call(person, path, input);
    return answer(call)(request, response);
  };
  const server = await startServer(reply);
  return {
    url: server.url,
    requests: server.requests,
    people,
    countOf: (path) => server.requests.flatMap(({ paths }) => paths).filter((one) => one === path).length,
    hold(path) {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates.set(path, promise);
      return () => {
        gates.delete(path);
        resolve();
      };
    },
    refuse: (path, refusal) => void (refusal ? refusals.set(path, refusal) : refusals.delete(path)),
    emit(person, id, data) {
      for (const [response, watcher] of streams) {
        if (watcher === person) response.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      }
    },
    watchers: () => [...streams.values()],
    breakStreams() {
      for (const response of streams.keys()) response.destroy();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function openStream(streams: Map<ServerResponse, string>, person: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: connected\ndata: {}\n\n');
  streams.set(response, person);
  response.on('close', () => streams.delete(response));
}
