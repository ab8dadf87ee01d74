import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import { openApiDocument } from '../../src/rest/openapi/document.ts';

/** The parts of the document that tests look at. */
export interface DocumentedOperation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security?: unknown[];
  parameters?: (Parameter | Ref)[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, DocumentedAnswer | Ref>;
}

export interface DocumentedAnswer {
  description: string;
  headers: Record<string, Ref>;
  content: Content;
}

export type Content = Record<'application/json', MediaType>;

export interface MediaType {
  schema: unknown;
  example?: unknown;
  examples?: Record<string, { summary: string; value: unknown }>;
}

interface Ref {
  $ref: string;
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  schema: Record<string, unknown>;
}

/** The document as a client reads it. */
export const DOCUMENT: {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, unknown>; responses: Record<string, DocumentedAnswer> };
} = JSON.parse(JSON.stringify(openApiDocument('http://127.0.0.1:8000')));

const ID = 'openapi.json';
// The document is more than a schema, and OpenAPI's own keywords are none of JSON Schema's.
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(DOCUMENT, ID);

/** Each operation of the document. */
export function operations(): { method: string; path: string; operation: DocumentedOperation }[] {
  return Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** An operation's parameters, wherever they are described. */
export function parametersOf({ parameters = [] }: DocumentedOperation): Parameter[] {
  return parameters.map((one) => ('$ref' in one ? resolve<Parameter>(one.$ref)[0] : one));
}

/** What a JSON pointer leads to, and where it leads after `$ref`s: `[value, pointer]`. */
export function resolve<Value>(pointer: string): [Value, string] {
  const names = pointer.split('/').slice(1);
  const value = names.reduce<unknown>(
    (at, name) =>
      (at as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
    DOCUMENT,
  );
  const ref = (value as Ref | undefined)?.$ref;
  // Who asks knows what stands there.
  return ref === undefined ? [value as Value, pointer] : resolve(ref);
}

/** The validator of a schema that a JSON pointer leads to. */
export function validatorAt(pointer: string): ValidateFunction {
  const validate = ajv.getSchema(`${ID}${encodeURI(pointer)}`);
  if (validate === undefined) throw new Error(`no schema at ${pointer}`);
  return validate;
}

/** The pointer of the documented operation that a request reaches. */
export function pointerOf(method: string, url: string): string | undefined {
  const path = `${url.replace(/[?#].*$/, '').replace(/\/$/, '')}/`;
  const found = operations().filter((one) => one.method === method && patternOf(one).test(path));
  // Of several that match, the one with the fewest parameters is the one that is meant.
  const [best] = found.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  return best && `#/paths/${best.path.replaceAll('/', '~1')}/${method.toLowerCase()}`;
}

function patternOf({ path }: { path: string }): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}

/**
 * Fails when the document does not say that this request can be answered so: a status that the operation does
 * not have, a body that its schema refuses, a property that nobody has described.
 * @example expectDocumented('GET', '/api/auth/profile/', answer.status, answer.body)
 */
export function expectDocumented(method: string, url: string, status: number, body: unknown): void {
  const operation = pointerOf(method, url);
  if (operation === undefined) expect.fail(`${method} ${url} is not documented`);
  const [answer, pointer] = resolve<DocumentedAnswer | undefined>(`${operation}/responses/${status}`);
  if (answer === undefined) {
    expect.fail(`${method} ${url} answered ${status}, which is not documented: ${JSON.stringify(body)}`);
  }
  const validate = validatorAt(`${pointer}/content/application~1json/schema`);
  if (!validate(body)) {
    const problems = ajv.errorsText(validate.errors, { dataVar: 'body' });
    expect.fail(`${method} ${url} answered ${status} with ${JSON.stringify(body)}: ${problems}`);
  }
}
