import { type OutgoingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '@truconn/contract';
import type { FastifyInstance } from 'fastify';
import { DomainError, invalidField } from '../domain/domain-error.ts';
import { errorAnswer } from '../errors/error-bodies.ts';
import { ROOT_FIELD } from '../errors/root-field.ts';
import { errorHeaders, translateError } from '../errors/translate-error.ts';
import type { HttpLimits } from './limits.ts';
import { newRequestId } from './security-headers.ts';

/** What Node tells of a connection that broke HTTP's rules or our limits. */
export interface ConnectionFailure extends Error {
  code?: string;
  /** The bytes that were being read; may hold credentials, so never logged. */
  rawPacket?: unknown;
}

// The answer that Node has begun on this socket; its own error path reads the same property.
interface AnsweringSocket extends Socket {
  _httpMessage?: (OutgoingMessage & Partial<Pick<ServerResponse, 'req'>>) | null;
}

/**
 * Answers what never became a request (bad HTTP, too large headers, a sender too slow) with the
 * same envelope and headers as everything else, then closes the connection.
 */
export function rawErrorAnswerer(headers: Readonly<Record<string, string>>, limits: HttpLimits) {
  return function answerRawError(this: FastifyInstance, failure: ConnectionFailure, socket: AnsweringSocket) {
    const begun = socket._httpMessage;
    // Nobody is there, or half an answer is on its way: more bytes would only garble it.
    const isCut = begun?.headersSent === true && !begun.writableEnded;
    if (failure.code === 'ECONNRESET' || !socket.writable || isCut) {
      socket.destroy();
      return;
    }
    const error = translateError(connectionError(failure, limits));
    const requestId = newRequestId();
    const url = begun?.req?.url ?? targetOf(failure.rawPacket);
    const { status, body } = errorAnswer(error, requestId, url);
    this.log.info({ requestId, status, ip: socket.remoteAddress }, 'connection refused');
    const answerHeaders = { ...headers, ...errorHeaders(error), 'x-request-id': requestId };
    socket.end(rawAnswer(status, body, answerHeaders));
    // `end` waits for the client; one that does not read must not keep the socket.
    socket.setTimeout(1_000, () => socket.destroy());
  };
}

function connectionError(failure: ConnectionFailure, limits: HttpLimits): DomainError {
  if (failure.code === 'HPE_HEADER_OVERFLOW') {
    return new DomainError(
      targetOf(failure.rawPacket).length > limits.urlBytes ? 'URI_TOO_LONG' : 'HEADERS_TOO_LARGE',
    );
  }
  const code = CODES[failure.code ?? ''];
  if (code !== undefined) return new DomainError(code);
  return invalidField(ROOT_FIELD, 'This is not a well-formed HTTP request.');
}

const CODES: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'PAYLOAD_TOO_LARGE',
};

// As far as the last packet shows it: the start of the request may have come in an earlier one.
function targetOf(packet: unknown): string {
  if (!Buffer.isBuffer(packet)) return '';
  return /^[A-Z]+ ([^ \r\n]*)/.exec(packet.toString('latin1'))?.[1] ?? '';
}

function rawAnswer(status: number, body: object, headers: Record<string, string>): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    date: new Date().toUTCString(),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`;
}
