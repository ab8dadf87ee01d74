import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../trpc/context.ts';
import { requirePerson } from '../trpc/denials.ts';
import { clinicToken } from './clinic-token.ts';
import { answerRefusal, readInput, readParams } from './drf.ts';
import { officerJwt } from './officer-jwt.ts';
import type { Person } from './people.ts';
import { type RestRequest, type RestRoute, unreachable } from './route.ts';
import { sessionAuth } from './session-auth.ts';
import { simpleJwt } from './simple-jwt.ts';
import { truconn } from './truconn.ts';

/** One of the documented APIs. */
export interface RestSystem {
  name: string;
  title: string;
  description: string;
  routes: readonly RestRoute[];
}

/** The documented systems. A route that several of them describe stands in each. */
export const SYSTEMS: readonly RestSystem[] = [truconn, sessionAuth, officerJwt, clinicToken, simpleJwt];

/** Every route once. */
export const ROUTES: readonly RestRoute[] = [...new Set(SYSTEMS.flatMap(({ routes }) => routes))];

declare module 'fastify' {
  interface FastifyRequest {
    /** What a REST request has brought to the point where its body is read. */
    rest: { ctx: Context; params: unknown; caller: { readonly profile: Person } | undefined } | undefined;
  }
}

export interface RestOptions {
  createContext: (request: FastifyRequest, reply: FastifyReply) => Context;
}

/** Serves the documented URLs. Each calls a procedure, which decides who may. */
export function restRoutes({ createContext }: RestOptions): FastifyPluginAsync {
  return async (scope) => {
    scope.decorateRequest('rest', undefined);
    for (const route of ROUTES) {
      scope.route({
        method: route.method,
        url: route.url,
        ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
        onRequest: async (request, reply) => {
          const ctx = createContext(request, reply);
          const params = readParams(route.params, request.params);
          // Before the body: whoever sends no credential is told that first, as in the older systems.
          const caller = route.access === 'person' ? await requirePerson(ctx, route.procedure) : undefined;
          request.rest = { ctx, params, caller };
        },
        handler: (request, reply) => answer(route, request, reply),
      });
    }
  };
}

async function answer(route: RestRoute, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  try {
    const { ctx, params, caller } = request.rest ?? unreachable();
    const parts: RestRequest = {
      params,
      query: readInput(route.query, request.query),
      body: readInput(route.body, request.body === undefined ? {} : request.body),
      url: request.raw.url ?? '',
      person: caller?.profile,
    };
    const { status, headers, body } = await route.call(ctx, parts);
    reply.code(status).headers(headers);
    return body;
  } catch (error) {
    return answerRefusal(error, route, request, reply);
  }
}
