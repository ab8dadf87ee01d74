import Fastify, { type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import fp from 'fastify-plugin';
import { clientAddress } from './client-address.ts';
import { pathOf } from './url.ts';

/** Where log lines go; standard output unless told otherwise. */
export interface LogStream {
  write(line: string): void;
}

const SECRET_KEY =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-csrftoken)$|password|token|secret/i;
const MAX_DEPTH = 8;

/**
 * One line a request, when it ends: id, method, path without query, status, milliseconds, address.
 * Headers, bodies and cookies are never logged.
 */
export class RequestLog extends Fastify.LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(request: FastifyRequest): void {
    // Node forgets a closed socket's address unless it was asked before.
    void request.raw.socket.remoteAddress;
  }

  override routeNotFound(): void {
    // The one line of the request says 404.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    request.log.info(
      {
        ...requestFacts(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(error && { cut: true }),
      },
      'request',
    );
  }
}

/** The same line for a request whose client hung up first: Fastify ends those without a word. */
export const cutRequestLog = fp(async (app) => {
  app.addHook('onRequestAbort', (request, done) => {
    request.log.info({ ...requestFacts(request), cut: true }, 'request');
    done();
  });
});

/** Pino's options: secrets blotted out of every object, database errors without people's data. */
export function loggerOptions(
  level: string,
  stream?: LogStream,
): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    ...(stream && { stream }),
    // The id of the request is enough; process id and host name say nothing to its reader.
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (object: Record<string, unknown>) => withoutSecrets(object, 0),
    },
    serializers: {
      req: requestFacts,
      res: (reply: { statusCode?: number | string }) => ({ status: reply.statusCode }),
      err: (error: unknown) => describeError(error, 0),
    },
  };
}

// Node's parser refuses control bytes in a URL, and JSON keeps one line one line.
function requestFacts(request: FastifyRequest) {
  return { method: request.method, path: pathOf(request.raw.url).slice(0, 256), ip: clientAddress(request) };
}

interface ErrorDescription {
  type: string;
  message: string;
  stack: string;
  [more: string]: unknown;
}

// PostgreSQL's detail, hint and where quote rows, and pg's errors may carry the query's parameters:
// so what passes is named here, and nothing else does.
function describeError(error: unknown, depth: number): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error', stack: '' };
  const { code, cause } = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(code !== undefined && { code }),
    ...(cause !== undefined && depth < 4 && { cause: describeError(cause, depth + 1) }),
  };
}

function withoutSecrets(object: Record<string, unknown>, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    clean[key] = SECRET_KEY.test(key) ? '[hidden]' : cleaned(value, depth);
  }
  return clean;
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  // Class instances (requests, dates) have serializers or a toJSON of their own.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return withoutSecrets(value as Record<string, unknown>, depth + 1);
}
