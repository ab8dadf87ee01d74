import fp from 'fastify-plugin';
import { DomainError } from '../domain/domain-error.ts';

/** Refuses longer URLs with `URI_TOO_LONG`: a tRPC query's input travels there. */
export const urlLimit = fp<{ urlBytes: number }>(async (app, { urlBytes }) => {
  app.addHook('onRequest', (request, _reply, done) => {
    // Node hands URLs over as Latin-1: one character is one byte.
    const tooLong = (request.raw.url?.length ?? 0) > urlBytes;
    done(tooLong ? new DomainError('URI_TOO_LONG') : undefined);
  });
});
