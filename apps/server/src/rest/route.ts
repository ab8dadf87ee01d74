import type { ErrorCode } from '@truconn/contract';
import type { z } from 'zod';
import { internalRouter } from '../http/app-router.ts';
import { callProcedure, nameProcedure, type TypedProcedure } from '../trpc/call-procedure.ts';
import type { Context } from '../trpc/context.ts';
import type { Person } from './people.ts';

/** The procedures that routes call. */
export type Api = typeof internalRouter;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** A request whose parts have been read by the route's schemas. */
export interface RestRequest<Params = unknown, Query = unknown, Body = unknown> {
  params: Params;
  query: Query;
  body: Body;
  /** Path and query, as the client sent them. */
  url: string;
  /** Who calls, on routes where a credential has to come. */
  person: Person | undefined;
}

/** A pair of a request's body and its answer, for the OpenAPI document. */
export interface Example {
  request?: unknown;
  answer: unknown;
}

type FieldNames = Readonly<Record<string, string>>;

/** One URL of a document as data: what it takes, the procedure it calls, and how the answer is presented. */
export interface RouteSpec<Params, Query, Body, Input, Output, Answer> {
  method: Method;
  /** With its trailing slash; it answers without it too. Parameters as `:name`. */
  url: string;
  summary: string;
  description?: string;
  /** Whether a credential has to come with it. The procedure decides that too: this is for order and documents. */
  access: 'anybody' | 'person';
  /** What is not one of these is no URL at all: 404. */
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** In bytes, where a body may be larger than elsewhere. */
  bodyLimit?: number;
  procedure: (api: Api) => TypedProcedure<Input, Output>;
  input: (request: RestRequest<Params, Query, Body>) => NoInfer<Input>;
  status?: 200 | 201;
  answer: z.ZodType<Answer>;
  present: (output: Output, request: RestRequest<Params, Query, Body>) => NoInfer<Answer>;
  headers?: (output: Output, request: RestRequest<Params, Query, Body>) => Record<string, string>;
  /** The document's names of the procedure's fields, where they are not the same in snake_case. */
  fieldNames?: FieldNames | ((body: unknown) => FieldNames);
  sentences?: Partial<Record<ErrorCode, string>>;
  /** Refusals beside those that every route has, for the OpenAPI document. */
  errors?: readonly ErrorCode[];
  example: Example;
}

/** What a route answers when all went well. */
export interface RestAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** A route without the types of its parts. */
export interface RestRoute
  extends Omit<
    RouteSpec<unknown, unknown, unknown, unknown, unknown, unknown>,
    'procedure' | 'input' | 'present' | 'headers'
  > {
  /** The name of the procedure that it calls. */
  procedure: string;
  call(ctx: Context, request: RestRequest): Promise<RestAnswer>;
}

/**
 * @example defineRoute({ method: 'GET', url: '/api/consents/status/', access: 'person',
 *   procedure: (api) => api.compat.consents, … })
 */
export function defineRoute<Params, Query, Body, Input, Output, Answer>(
  spec: RouteSpec<Params, Query, Body, Input, Output, Answer>,
): RestRoute {
  const { procedure: choose, input, present, headers, ...data } = spec;
  const procedure = nameProcedure(internalRouter, choose(internalRouter));
  return {
    ...data,
    procedure: procedure.path,
    async call(ctx, request) {
      // The schemas have made these parts; a route's type does not say which.
      const read = request as RestRequest<Params, Query, Body>;
      const output = await callProcedure(procedure, { ctx, input: input(read) });
      return {
        status: spec.status ?? 200,
        headers: headers?.(output, read) ?? {},
        body: present(output, read),
      };
    },
  };
}

/** For what the table's own order rules out. */
export function unreachable(): never {
  throw new Error('unreachable: a route for persons runs with one, and after its first hook');
}
