import { TRPCError } from '@trpc/server';
import { ERROR_CODES, type ErrorCode } from '@truconn/contract';
import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { type RestError, toRestError } from '../../errors/rest-errors.ts';
import { type TranslatedError, translateError } from '../../errors/translate-error.ts';
import { detailAnswer, wordsOf } from '../drf.ts';
import type { RestRoute } from '../route.ts';
import { headerRefs } from './headers.ts';

const REQUEST_ID = '01936f2e-8d4c-7a10-b6e2-5c9f1d3a7b80';

const failure = z
  .object({ detail: z.string(), code: z.string(), request_id: z.uuid() })
  .meta({ id: 'Failure', description: 'A refusal that no document describes.' });

/** What the body of a refusal can be; the first one that fits a body describes it. */
const SHAPES = [
  failure,
  z
    .object({ detail: z.string(), error: z.string() })
    .meta({ id: 'SignInRefusal', description: 'The same sentence under the names of all documents.' }),
  detailAnswer,
  z.object({ error: z.string() }).meta({ id: 'ConsentRefusal' }),
  z.record(z.string(), z.array(z.string()).min(1)).meta({
    id: 'FieldErrors',
    description:
      'For each field that is wrong, the sentences that say why; what belongs to no field is under `non_field_errors`.',
  }),
];

/** One way in which a request can be refused, with its body as the server would send it. */
interface Refusal extends RestError {
  name: string;
  summary: string;
}

/** Describes what a route can answer when it refuses, by status. What is the same for several routes is shared. */
export function refusalsInOne(): (route: RestRoute) => ZodOpenApiResponsesObject {
  const shared = new Map<string, ZodOpenApiResponseObject>();
  return (route) => {
    const byStatus = Map.groupBy(refusalsOf(route), ({ status }) => status);
    return Object.fromEntries(
      [...byStatus].map(([status, refusals]) => [status, describe(status, refusals, route, shared)]),
    );
  };
}

function describe(
  status: number,
  refusals: readonly Refusal[],
  route: RestRoute,
  shared: Map<string, ZodOpenApiResponseObject>,
): ZodOpenApiResponseObject {
  const shapes = [...new Set(refusals.map(shapeOf))];
  const answer: ZodOpenApiResponseObject = {
    description: [...new Set(refusals.map(({ summary }) => summary))].join(' Or: '),
    headers: headersOf(status),
    content: {
      'application/json': {
        schema: shapes.length === 1 && shapes[0] !== undefined ? shapes[0] : z.union(shapes),
        examples: Object.fromEntries(
          refusals.map(({ name, summary, body }) => [name, { summary, value: body }]),
        ),
      },
    },
  };
  if (refusals.length > 3 || refusals.some(({ name }) => isOwn(name, route))) return answer;
  const id = refusals.map(({ name }) => pascalCase(name)).join('Or');
  const known = shared.get(id) ?? { id, ...answer };
  shared.set(id, known);
  return known;
}

/** Whether a route says it in words of its own. */
function isOwn(name: string, { sentences = {} }: RestRoute): boolean {
  return name === 'INVALID_INPUT' || name in sentences;
}

function shapeOf({ body }: Refusal) {
  const shape = SHAPES.find((one) => one.safeParse(body).success);
  if (shape === undefined) throw new Error(`no shape describes ${JSON.stringify(body)}`);
  return shape;
}

function headersOf(status: number) {
  if (status === 401) return headerRefs('WWW-Authenticate');
  if (status === 429) return headerRefs('Retry-After', 'RateLimit-Policy', 'RateLimit');
  return status === 503 ? headerRefs('Retry-After') : headerRefs();
}

function refusalsOf(route: RestRoute): Refusal[] {
  const { method, access, params, body, query, errors = [] } = route;
  const refuse = (name: string, error: TranslatedError, summary = error.message): Refusal => ({
    name,
    summary,
    ...toRestError(error, REQUEST_ID, wordsOf(route, undefined)),
  });
  const codes = new Set<ErrorCode>([
    // Forbidden to API keys, whoever else may.
    ...(access === 'person' ? (['UNAUTHENTICATED', 'SESSION_EXPIRED', 'FORBIDDEN'] as const) : []),
    ...errors,
    ...(params === undefined ? [] : (['NOT_FOUND'] as const)),
    ...(method === 'GET' ? [] : (['ORIGIN_REFUSED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const)),
    ...(['HOST_REFUSED', 'INTERNAL', 'OVERLOADED', 'UNAVAILABLE'] as const),
  ]);
  return [
    ...((body ?? query) ? [refuse('INVALID_INPUT', fieldErrorsOf(route), 'Some fields are wrong.')] : []),
    ...(method === 'GET'
      ? []
      : [
          refuse('MALFORMED_JSON', MALFORMED, 'The body is not JSON.'),
          refuse('HOSTILE_JSON', HOSTILE, 'The body is JSON that two readers may read differently.'),
        ]),
    ...[...codes].map((code) => refuse(code, plain(code))),
  ];
}

function plain(code: ErrorCode, message: string = ERROR_CODES[code].message): TranslatedError {
  return { code, status: ERROR_CODES[code].status, message, fields: undefined, retryAfterSeconds: undefined };
}

const MALFORMED = plain('INVALID_INPUT', 'JSON parse error - The text is not valid JSON (position 17).');

const HOSTILE: TranslatedError = {
  ...plain('INVALID_INPUT'),
  fields: { email: ['This key comes more than once.'] },
};

/** What the route really finds wrong: in nothing at all, else in its own fields filled with what does not fit. */
function fieldErrorsOf({ url, method, body, query, example }: RestRoute): TranslatedError {
  const schema = body ?? query;
  const names = Object.keys(example.request ?? (query instanceof z.ZodObject ? query.shape : {}));
  const attempts = [{}, ...['!', 7].map((value) => Object.fromEntries(names.map((name) => [name, value])))];
  for (const value of attempts) {
    const cause = schema?.safeParse(value).error;
    if (cause !== undefined) return translateError(new TRPCError({ code: 'BAD_REQUEST', cause }));
  }
  throw new Error(`${method} ${url} takes anything`);
}

function pascalCase(code: string): string {
  return code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
