import type { FastifyInstance } from 'fastify';
import { DOCUMENT, type MediaType, operations, resolve } from '../support/openapi.ts';

/** Each operation under its name, for `it.each`. */
export const OPERATIONS = operations().map((one) => [nameOf(one), one] as const);

export function nameOf({ method, path }: { method: string; path: string }): string {
  return `${method} ${path}`;
}

/** Each media type of the document with the pointer to it: bodies, answers, and answers that routes share. */
export function mediaTypes(): [string, MediaType][] {
  const found: [string, MediaType][] = [];
  walk(DOCUMENT, '#', (value, pointer) => {
    if (pointer.endsWith('/application~1json')) found.push([pointer, value as unknown as MediaType]);
  });
  return found;
}

/** Each schema of the document, those inside of others too. */
export function schemas(): [string, Record<string, unknown>][] {
  const found: [string, Record<string, unknown>][] = [];
  walk(DOCUMENT, '#', (value, pointer) => {
    const isSchema =
      /\/(?:schema|items|additionalProperties|anyOf\/\d+|properties\/[^/]+|components\/schemas\/[^/]+)$/.test(
        pointer,
      );
    if (isSchema && !pointer.includes('/example')) found.push([pointer, value]);
  });
  return found;
}

export function walk(
  value: unknown,
  pointer: string,
  see: (value: Record<string, unknown>, pointer: string) => void,
) {
  if (typeof value !== 'object' || value === null) return;
  see(value as Record<string, unknown>, pointer);
  for (const [name, part] of Object.entries(value)) {
    walk(part, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, see);
  }
}

/** Each object schema in an answer's schema, with what it refers to. */
export function objectSchemas(schema: unknown, pointer: string): [string, Record<string, unknown>][] {
  const found: [string, Record<string, unknown>][] = [];
  walk(schema, pointer, (part, at) => {
    if (part.type === 'object') found.push([at, part]);
    if (typeof part.$ref === 'string') found.push(...objectSchemas(resolve(part.$ref)[0], part.$ref));
  });
  return found;
}

/** The routes that Fastify really has, without slashes at the end; a parameter is `:`. */
export function routesOf(app: FastifyInstance): { method: string; url: string }[] {
  const above: string[] = [];
  const routes: { method: string; url: string }[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^(.*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
    const depth = indent.length / 4;
    above[depth] = part;
    const url = above.slice(0, depth + 1).join('');
    for (const method of methods.split(', ')) {
      // Every GET brings a HEAD with it.
      if (method !== '' && method !== 'HEAD') routes.push({ method, url: url.replace(/:[\w|:]+/g, ':') });
    }
  }
  return routes;
}
