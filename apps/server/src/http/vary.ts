import type { FastifyReply } from 'fastify';

/** Adds to the request headers by which an answer varies; CORS has named its own before. */
export function addVary(reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? names : `${before}, ${names}`);
}
