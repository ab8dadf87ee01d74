import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSigningKeys } from '../../src/auth/secrets.ts';
import { createSessions } from '../../src/auth/sessions.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import { connectDatabase, type Database } from '../../src/database/connection.ts';
import { authenticate, type Credential } from '../../src/domain/auth/principal.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { Services } from '../../src/domain/services.ts';
import { appRouter, internalRouter } from '../../src/http/app-router.ts';
import type { Context } from '../../src/trpc/context.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

// What tRPC keeps on a router at run time, and leaves out of its public type.
type Definitions = Record<string, { _def: { type: string; inputs: unknown[]; output: unknown } }>;
const definitions = internalRouter._def.procedures as unknown as Definitions;

const procedures = Object.entries(definitions)
  .filter(([name]) => name.startsWith('compat.'))
  .map(([name, { _def }]) => ({ name, ..._def }));

/** For everybody, because the documents' clients call them before they have a credential. */
const PUBLIC = [
  'compat.check',
  'compat.csrfToken',
  'compat.refresh',
  'compat.resendVerification',
  'compat.resetPassword',
  'compat.signIn',
  'compat.signUp',
  'compat.signUpWithSession',
];
/** For members of an organization. */
const MEMBERS = ['compat.organization', 'compat.outgoing', 'compat.requestAccess'];
/** Those that sign a browser in. */
const SIGN_INS = ['compat.signIn', 'compat.signUpWithSession'];
const guarded = procedures.filter(({ name }) => !PUBLIC.includes(name));

let app: TestApp;
let database: Database;
let services: Services;
let citizen: Person;
beforeAll(async () => {
  app = await startTestApp();
  citizen = await app.signUp();
  database = connectDatabase(app.database.appUrl, { maxConnections: 1 });
  const tokens = createTokens(await loadSigningKeys(app.settings));
  // All that guards work with.
  services = { database, tokens, sessions: createSessions(database, () => undefined) } as Services;
});
afterAll(async () => {
  await database.close();
  await app[Symbol.asyncDispose]();
});

function contextOf(credential: Credential, more: Partial<Context> = {}): Context {
  return {
    services,
    caller: { requestId: crypto.randomUUID(), ip: null, userAgent: null },
    foreignOrigin: false,
    hasAuthorization: credential.kind !== 'none',
    authenticate: () => authenticate(services, credential),
    sessionCookie: { set: () => undefined, clear: () => undefined },
    setCsrfCookie: () => undefined,
    ...more,
  };
}

/** The code of the refusal of a call, as the domain says it or as tRPC does. */
async function refusal(name: string, context: Context, input: unknown): Promise<string> {
  const caller = internalRouter.createCaller(context);
  const [, key] = name.split('.') as [string, keyof typeof caller.compat];
  const call = caller.compat[key] as (input: unknown) => Promise<unknown>;
  try {
    await call(input);
    return 'none';
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return error.cause instanceof DomainError ? error.cause.code : error.code;
  }
}

const inputs = [undefined, {}, { surprise: 1 }, 'x'];
const asCitizen = (): Credential => ({ kind: 'accessToken', token: citizen.accessToken });

describe('the procedures of the documented APIs', () => {
  it('are these', () => {
    expect(procedures.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      'mutation compat.changePassword',
      'mutation compat.refresh',
      'mutation compat.requestAccess',
      'mutation compat.resendVerification',
      'mutation compat.resetPassword',
      'mutation compat.signIn',
      'mutation compat.signUp',
      'mutation compat.signUpWithSession',
      'mutation compat.toggleRequest',
      'mutation compat.updateProfile',
      'query compat.categories',
      'query compat.check',
      'query compat.consents',
      'query compat.csrfToken',
      'query compat.history',
      'query compat.incoming',
      'query compat.organization',
      'query compat.outgoing',
      'query compat.profile',
    ]);
  });

  it('are no part of what /trpc serves', () => {
    expect(Object.keys(appRouter._def.procedures).filter((name) => name.startsWith('compat'))).toEqual([]);
  });

  it.each(procedures)('$name declares its input and its output', ({ inputs: declared, output }) => {
    expect([declared.length > 0, output !== undefined]).toEqual([true, true]);
  });

  it.each(procedures)('$name takes no field that it does not know', async ({ name }) => {
    if (MEMBERS.includes(name)) return;
    expect(await refusal(name, contextOf(asCitizen()), { surprise: 1 })).toBe('BAD_REQUEST');
  });
});

describe('nobody is told anything but to sign in, whatever they send', () => {
  it.each(guarded)('$name', async ({ name }) => {
    const nobody: Credential[] = [
      { kind: 'none' },
      { kind: 'malformed' },
      { kind: 'sessionToken', token: 'garbage' },
    ];
    for (const credential of nobody) {
      for (const input of inputs) {
        expect(await refusal(name, contextOf(credential), input)).toBe('UNAUTHENTICATED');
      }
    }
  });
});

describe('what is for members of an organization is for nobody else', () => {
  it.each(guarded)('$name', async ({ name }) => {
    const codes = new Set<string>();
    for (const input of inputs) codes.add(await refusal(name, contextOf(asCitizen()), input));
    if (MEMBERS.includes(name)) expect([...codes]).toEqual(['FORBIDDEN']);
    else expect(codes).not.toContain('FORBIDDEN');
  });
});

describe('a page of another site signs nobody in, and does everything else that its header may', () => {
  it.each(procedures)('$name', async ({ name }) => {
    const context = contextOf(asCitizen(), { foreignOrigin: true });
    const code = await refusal(name, context, { surprise: 1 });
    expect(code === 'ORIGIN_REFUSED').toBe(SIGN_INS.includes(name));
  });
});
