import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as SocketServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '../../src/index.ts';

/** A request as it arrived. */
export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  /** The procedures it calls, in their order, and the input of each. */
  paths: string[];
  inputs: unknown[];
  isBatch: boolean;
  /** When it had arrived, in milliseconds of `performance.now()`. */
  atMs: number;
  /** Whether the client has left before the answer was whole. */
  wasLeft: boolean;
}

/** What a server does with a request. */
export type Reply = (request: SeenRequest, response: ServerResponse) => unknown;

/** A server that speaks tRPC's wire format, and does with each request what it is told. */
export interface ScriptedServer extends AsyncDisposable {
  url: string;
  /** Every request so far, in the order of their arrival. */
  requests: SeenRequest[];
  /** What is done with all requests from now on. */
  reply: Reply;
  /** Waits until so many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Milliseconds between one request and the next. */
  gaps(): number[];
}

/**
 * Starts a server on a free port.
 * @param replies the first request gets the first, and so on; all further requests get the last
 * @example await using server = await startServer(refuse('OVERLOADED'), answer({ items: [] }));
 */
export async function startServer(...replies: Reply[]): Promise<ScriptedServer> {
  const http = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    scripted.requests.push(request);
    response.on('close', () => {
      request.wasLeft = !response.writableFinished;
    });
    await scripted.reply(request, response);
  });
  let turn = 0;
  const scripted: ScriptedServer = {
    url: await listen(http),
    requests: [],
    reply: (request, response) => {
      const reply = replies[Math.min(turn, replies.length - 1)];
      turn += 1;
      return reply?.(request, response);
    },
    async arrived(count) {
      while (scripted.requests.length < count) await sleep(2);
    },
    gaps() {
      const times = scripted.requests.map(({ atMs }) => atMs);
      return times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    },
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return scripted;
}

export async function listen(server: SocketServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // `listen` on TCP always has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const body = await text(incoming);
  const { method = '', url = '', headers } = incoming;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const isBatch = searchParams.has('batch');
  const paths = decodeURIComponent(pathname.replace(/^.*\/trpc\//, '')).split(',');
  const json = method === 'GET' ? searchParams.get('input') : body;
  const input = json ? JSON.parse(json) : undefined;
  const inputs = paths.map((_path, index) => (isBatch ? input?.[index] : input));
  return { method, url, headers, paths, inputs, isBatch, atMs: performance.now(), wasLeft: false };
}

/** Sends each call's answer: a value, or what this makes of the call. */
export function answer(value: unknown | ((path: string, input: never) => unknown)): Reply {
  return (request, response) => {
    const results = request.paths.map((path, index) => {
      const made = typeof value === 'function' ? value(path, request.inputs[index] as never) : value;
      return made instanceof Refusal ? made.body(path) : { result: { data: made } };
    });
    const failed = results.find((result) => 'error' in result) as { error: ErrorBody } | undefined;
    const status = failed === undefined ? 200 : results.length > 1 ? 207 : failed.error.data.httpStatus;
    sendJson(response, status, request.isBatch ? results : results[0]);
  };
}

/** Sends the error to each call of the request, as the server does for what it refuses before a procedure runs. */
export function refuse(code: ErrorCode, status: number, more: object = {}, headers = {}): Reply {
  return (request, response) => {
    const results = request.paths.map((path) => new Refusal(code, status, more).body(path));
    sendJson(response, status, request.isBatch ? results : results[0], headers);
  };
}

/** One call's error, for `answer` to send. */
export class Refusal {
  readonly #data: ErrorBody['data'];
  constructor(code: ErrorCode, httpStatus: number, more: object = {}) {
    this.#data = { code, httpStatus, requestId: `request-of-${code}`, ...more };
  }
  body(path: string): { error: ErrorBody } {
    return { error: { message: `${this.#data.code} it is.`, code: -32_000, data: { ...this.#data, path } } };
  }
}

interface ErrorBody {
  message: string;
  code: number;
  data: { code: string; httpStatus: number; requestId: string; path?: string };
}

/** Sends what no TruConn server sends. */
export function send(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

/** A page, as proxies and portals send them. */
export function page(status: number, headers: Record<string, string> = {}): Reply {
  return send(status, '<!doctype html><title>Sign in to the network</title>', {
    'content-type': 'text/html',
    ...headers,
  });
}

/** Breaks the connection off without a word. */
export const reset: Reply = (_request, response) => void response.socket?.resetAndDestroy();

/** Breaks the connection off in the middle of an answer that says how long it is. */
export const cut: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"result":{"data":{"items":[', () => response.socket?.resetAndDestroy());
};

/** Ends a chunked answer in its middle, as a proxy does whose server has gone. */
export const cutChunked: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"result":{"data":{"items":[', () => response.socket?.end());
};

/** Never answers. */
export const silence: Reply = () => undefined;

/** Begins an answer and never ends it. */
export const stall: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"result":');
};

/** Sends one blank after another, for ever: never silent, never done. */
export const trickle: Reply = async (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  while (!response.destroyed) {
    response.write(' ');
    await sleep(5);
  }
};

function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-request-id': 'request-of-header',
    ...headers,
  });
  response.end(JSON.stringify(body));
}
