import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import serverPackage from '../../../package.json' with { type: 'json' };
import { sessionCookieName } from '../../http/session-cookie.ts';
import { ROUTES, SYSTEMS } from '../register.ts';
import { HEADERS } from './headers.ts';
import { describeRoute, pathOf } from './operation.ts';
import { refusalsInOne } from './refusals.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

const DESCRIPTION = `Five documented APIs on one set of accounts: whoever registered at one of them signs in at all.

${SYSTEMS.map(({ title, description }) => `- **${title}.** ${description}`).join('\n')}

To sign in, \`POST /api/auth/login/\` sets the session cookie, which a browser then sends by itself, and answers \`access\` for \`Authorization: Bearer <access>\`; \`POST /api/users/login/\` answers \`token\` for \`Authorization: Token <token>\`.

- Every URL answers with and without its slash at the end.
- Every credential is taken wherever one is needed. A present but bad \`Authorization\` header is 401, whatever cookie comes with it.
- Bodies are JSON; an empty one is \`{}\`. A field that may be left out may also be \`""\` or \`null\`.
- What is refused before a URL is looked at has no place below: a method that a URL does not know (405, with \`Allow\`), a request that is too slow (408) or whose URL (414) or headers (431) are too long.`;

/**
 * The documented APIs as OpenAPI 3.1, made of the table that serves them.
 * @param publicUrl where clients reach this server; also says how the session cookie is called
 */
export function openApiDocument(publicUrl: string): OpenApiDocument {
  const document: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'TruConn API',
      version: serverPackage.version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: SYSTEMS.map(({ name, title, description }) => ({
      name,
      description: `**${title}.** ${description}`,
    })),
    security: [{ sessionCookie: [] }, { bearer: [] }, { token: [] }],
    paths: describePaths(),
    components: {
      headers: HEADERS,
      securitySchemes: {
        sessionCookie: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookieName(publicUrl),
          description: 'Set by `POST /api/auth/login/`. A browser sends it by itself.',
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT or session token',
          description: 'The `access` of a login, or the `token` of `POST /api/users/login/`.',
        },
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`Token <token>`, with the `token` of `POST /api/users/login/`.',
        },
      },
    },
  };
  return createDocument(document, { override: tidy });
}

/** Takes away what says nothing: the bounds of JavaScript's integers, and patterns that only spell out a format. */
const tidy: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
};

function describePaths(): ZodOpenApiPathsObject {
  const refusalsOf = refusalsInOne();
  const paths: ZodOpenApiPathsObject = {};
  for (const route of ROUTES) {
    const path = pathOf(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route, refusalsOf(route)) };
  }
  return paths;
}
