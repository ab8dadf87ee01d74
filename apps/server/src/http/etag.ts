import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A file that is the same for everybody. */
export interface PublicFile {
  type: string;
  bytes: Buffer;
  etag: string;
}

export function publicFile(type: string, content: string | Buffer): PublicFile {
  const bytes = Buffer.from(content);
  return { type, bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/** Sends a file, or 304 to who has it. Everybody may keep it, and asks before using it again. */
export function sendPublicFile(file: PublicFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({ 'cache-control': 'public, no-cache', etag: file.etag });
  return isKnown(request, file.etag) ? reply.code(304).send() : reply.type(file.type).send(file.bytes);
}

/** Whether the client has what the tag stands for (RFC 9110 13.1.2: a list of tags, weak or not, or `*`). */
export function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match']?.split(',') ?? [];
  return known.some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
