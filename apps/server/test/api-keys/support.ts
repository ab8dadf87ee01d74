import type { ApiKey, CreateApiKeyInput } from '@truconn/contract';
import { bearer } from '../support/calls.ts';
import type { CallAnswer, Client, Person, TestApp } from '../support/test-app.ts';

/** An API key that was just made, and what calls with it. */
export interface Keyed {
  key: ApiKey;
  secret: string;
  headers: { authorization: string };
  client: Client;
  /** A raw mutation, or a query where there is one of this name. */
  call(procedure: string, input?: unknown): Promise<CallAnswer>;
}

const QUERIES = /\.(outgoing|organization|receipt|list|me|get)$/;

/** Makes a key of somebody's organization; good for everything, unless told. */
export async function createKey(
  app: TestApp,
  owner: Person,
  input: Partial<CreateApiKeyInput> = {},
): Promise<Keyed> {
  const wanted: CreateApiKeyInput = { name: 'Import', scopes: ['read', 'request', 'list'], ...input };
  const { key, secret } = await owner.client.orgAccess.keys.create.mutate(wanted);
  return { key, secret, ...callerWith(app, secret) };
}

/** What calls an instance with a secret. */
export function callerWith(app: TestApp, secret: string): Pick<Keyed, 'headers' | 'client' | 'call'> {
  const headers = bearer(secret);
  return {
    headers,
    client: app.client(headers),
    call: (procedure, input) =>
      app.call(procedure, { method: QUERIES.test(procedure) ? 'GET' : 'POST', input, headers }),
  };
}

/** How a raw call ended: `ok`, or the code of its refusal. */
export function endingOf({ status, body }: CallAnswer): string {
  return status === 200 ? 'ok' : body.error.data.code;
}
