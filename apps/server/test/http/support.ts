import http, { type IncomingHttpHeaders } from 'node:http';
import net from 'node:net';
import type { ErrorCode, ErrorData } from '@truconn/contract';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import type { ReadinessReport } from '../../src/http/health.ts';
import type { HttpLimits } from '../../src/http/limits.ts';
import { createHttpServer, type HttpServerDeps } from '../../src/http/server.ts';
import { trpcRoute } from '../../src/http/trpc-route.ts';
import { testRouter } from './test-router.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The parsed body; `undefined` when it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever shape they assert
  json: any;
}

export interface SendOptions {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  agent?: http.Agent;
}

export interface Edge extends AsyncDisposable {
  app: FastifyInstance;
  port: number;
  /** Every log line so far, parsed. */
  logs: () => Record<string, unknown>[];
  rawLogs: () => string;
  send: (path: string, options?: SendOptions) => Promise<Answer>;
  /** A JSON POST. */
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** Writes bytes on a socket and gives back everything that came until it closed. */
  raw: (bytes: string | Buffer, timeoutMs?: number) => Promise<string>;
  setReadiness: (readiness: () => Promise<ReadinessReport>) => void;
}

export interface EdgeOptions {
  settings?: Partial<HttpServerDeps['settings']>;
  limits?: Partial<HttpLimits>;
  routes?: (app: FastifyInstance) => void;
}

/** The edge as the server mounts it, on a real port, with a small router and two plain routes. */
export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  const lines: string[] = [];
  let readiness = async (): Promise<ReadinessReport> => ({ ready: true, checks: { database: 'ok' } });
  const app = await createHttpServer({
    settings: {
      publicUrl: 'http://truconn.test',
      allowedHosts: ['localhost', '127.0.0.1', 'truconn.test'],
      corsOrigins: [],
      trustedProxies: [],
      logLevel: 'info',
      ...options.settings,
    },
    readiness: () => readiness(),
    metricsRegistry: new Registry(),
    logStream: { write: (line) => lines.push(line) },
    limits: { checkEveryMs: 50, ...options.limits },
  });
  await app.register(
    trpcRoute({ router: testRouter, createContext: ({ req }) => ({ requestId: req.id, request: req }) }),
  );
  app.get('/plain', () => ({ hello: 'world' }));
  app.post('/plain', (request) => ({ body: request.body, foreign: request.foreignOrigin }));
  app.put('/items/:id', () => ({}));
  app.get('/whoami', (request) => ({ ip: request.ip, host: request.host, protocol: request.protocol }));
  options.routes?.(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as net.AddressInfo;
  const send = (path: string, opts: SendOptions = {}) => sendRequest(port, path, opts);
  return {
    app,
    port,
    logs: () => lines.map((line) => JSON.parse(line)),
    rawLogs: () => lines.join(''),
    send,
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    raw: (bytes, timeoutMs) => exchange(port, bytes, timeoutMs),
    setReadiness: (next) => {
      readiness = next;
    },
    [Symbol.asyncDispose]: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function sendRequest(port: number, path: string, options: SendOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, agent } = options;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = http.request(
      { port, host: '127.0.0.1', path, method, headers: { ...length, ...headers }, ...(agent && { agent }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: tryJson(text) });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exchange(port: number, bytes: string | Buffer, timeoutMs = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`The server kept the connection; so far: ${Buffer.concat(chunks).toString()}`));
    }, timeoutMs);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', ignore);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

/** For failures that a test brings about and expects. */
export function ignore(): void {
  // Nothing to do.
}

/** Splits a raw answer into its status, headers and JSON body. */
export function parseRaw(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, json: tryJson(body) as Answer['json'] };
}

export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The `data` of a tRPC error, or a failure that shows the body. */
export function errorData(answer: { json: Answer['json'] }): ErrorData {
  const data = answer.json?.error?.data;
  if (data === undefined) throw new Error(`not a tRPC error: ${JSON.stringify(answer.json)}`);
  return data;
}

export function codeOf(answer: { json: Answer['json'] }): ErrorCode {
  return errorData(answer).code;
}
