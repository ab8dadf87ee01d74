import type { FastifyPluginAsync } from 'fastify';
import { type PublicFile, publicFile, sendPublicFile } from '../../http/etag.ts';
import { openApiDocument } from './document.ts';

/**
 * `GET /api/openapi.json`, for everybody. The document is made when it is first asked for, in about a tenth
 * of a second, and then stays as it is.
 * @param publicUrl see `openApiDocument`
 */
export function openApiRoute({ publicUrl }: { publicUrl: string }): FastifyPluginAsync {
  return async (app) => {
    let file: PublicFile | undefined;
    app.get('/api/openapi.json', (request, reply) => {
      file ??= publicFile('application/json; charset=utf-8', JSON.stringify(openApiDocument(publicUrl)));
      return sendPublicFile(file, request, reply);
    });
  };
}
