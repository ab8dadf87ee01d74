import type { FastifyPluginAsync } from 'fastify';
import { DomainError } from '../domain/domain-error.ts';
import { isAvatarName } from '../domain/profile/avatar-name.ts';
import type { AvatarStorage } from '../domain/profile/avatar-storage.ts';
import { isKnown } from './etag.ts';

const HEADERS = {
  'content-type': 'image/webp',
  'content-disposition': 'inline; filename="avatar.webp"',
  // Whatever a browser might take it for, it runs nothing.
  'content-security-policy': "default-src 'none'; sandbox",
  // Frontends on other origins show it.
  'cross-origin-resource-policy': 'cross-origin',
  // Short, so that a picture that was removed is soon gone everywhere.
  'cache-control': 'private, max-age=3600',
};

/**
 * `GET /avatars/:name`: the pictures of profiles. No credential is asked, because an `<img>` brings none:
 * the name has 128 random bits, and only who sees a profile learns it.
 */
export function avatarRoute(avatars: AvatarStorage): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Params: { name: string } }>('/avatars/:name', async (request, reply) => {
      const { name } = request.params;
      const webp = isAvatarName(name) ? await avatars.read(name) : undefined;
      if (webp === undefined) throw new DomainError('NOT_FOUND');
      // No name is used twice, so it stands for the bytes.
      const etag = `"${name}"`;
      reply.headers(HEADERS).header('etag', etag);
      return isKnown(request, etag) ? reply.code(304).send() : reply.send(webp);
    });
  };
}
