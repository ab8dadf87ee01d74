import type { ReceiptKeySet } from '@truconn/contract';
import type { FastifyPluginAsync } from 'fastify';

const HEADERS = {
  'content-type': 'application/jwk-set+json',
  // A new key is to be known soon; an old one stays for ever.
  'cache-control': 'public, max-age=300',
  // The same for everybody, whoever they are: pages of any origin may read it.
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** `GET /.well-known/jwks.json` (RFC 7517): the public halves of all keys that have ever signed receipts. */
export function receiptKeysRoute(readKeys: () => Promise<ReceiptKeySet>): FastifyPluginAsync {
  return async (app) => {
    app.get('/.well-known/jwks.json', async (_request, reply) => {
      const keys = await readKeys();
      // CORS has let the console's own origin come with its cookie, which browsers refuse together with `*`.
      reply.removeHeader('access-control-allow-credentials');
      // As bytes: Fastify gives text a charset, which JSON has none of.
      return reply.headers(HEADERS).send(Buffer.from(JSON.stringify(keys)));
    });
  };
}
