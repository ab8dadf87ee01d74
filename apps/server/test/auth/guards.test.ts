import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '../../src/http/app-router.ts';
import { createKey, type Keyed } from '../api-keys/support.ts';
import { bearer, errorData } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

interface Procedure {
  name: string;
  method: 'GET' | 'POST';
  hasInput: boolean;
  hasOutput: boolean;
}

// What tRPC keeps on a router at run time, and leaves out of its public type.
type Definitions = Record<string, { _def: { type: string; inputs: unknown[]; output: unknown } }>;
const definitions = appRouter._def.procedures as unknown as Definitions;

/** What `/trpc` serves, as the router itself has it: a new procedure is tested the day it is added. */
const procedures: Procedure[] = Object.entries(definitions).map(([name, { _def }]) => ({
  name,
  method: _def.type === 'mutation' ? 'POST' : 'GET',
  hasInput: _def.inputs.length > 0,
  hasOutput: _def.output !== undefined,
}));

/** For everybody; whoever adds to this list says why in the procedure's own test. */
const PUBLIC = [
  'auth.signUp',
  'auth.signIn',
  'auth.refresh',
  'auth.verifyEmail',
  'auth.requestPasswordReset',
  'auth.resetPassword',
  'auth.confirmEmailChange',
];
const guarded = procedures.filter(({ name }) => !PUBLIC.includes(name));

let app: TestApp;
let citizen: Person;
let admin: Person;
beforeAll(async () => {
  app = await startTestApp();
  citizen = await app.signUp();
  admin = await app.signUpAdmin();
});
afterAll(() => app[Symbol.asyncDispose]());

describe('every procedure', () => {
  it('has the name that clients know, and there is no other', () => {
    expect(procedures.map(({ name, method }) => `${method} ${name}`).sort()).toEqual([
      'GET admin.audit.list',
      'GET admin.categories.list',
      'GET admin.notices.list',
      'GET admin.officerApplications.list',
      'GET admin.organizations.list',
      'GET admin.users.list',
      'GET auth.me',
      'GET auth.sessions',
      'GET consent.categories',
      'GET consent.history',
      'GET consent.ledger',
      'GET consent.list',
      'GET consent.receipt',
      'GET consent.watch',
      'GET orgAccess.incoming',
      'GET orgAccess.keys.list',
      'GET orgAccess.members.invitations',
      'GET orgAccess.members.list',
      'GET orgAccess.organization',
      'GET orgAccess.outgoing',
      'GET orgAccess.receipt',
      'GET orgAccess.watch',
      'GET profile.get',
      'GET profile.mailPreferences.get',
      'GET profile.officerApplication',
      'GET profile.records.get',
      'POST admin.categories.create',
      'POST admin.categories.update',
      'POST admin.notices.publish',
      'POST admin.notices.review',
      'POST admin.notices.withdraw',
      'POST admin.officerApplications.decide',
      'POST admin.organizations.verify',
      'POST admin.users.disable',
      'POST admin.users.enable',
      'POST admin.users.endSessions',
      'POST admin.users.setRole',
      'POST auth.changeEmail',
      'POST auth.changePassword',
      'POST auth.confirmEmailChange',
      'POST auth.endSession',
      'POST auth.refresh',
      'POST auth.requestEmailVerification',
      'POST auth.requestPasswordReset',
      'POST auth.resetPassword',
      'POST auth.signIn',
      'POST auth.signOut',
      'POST auth.signOutEverywhere',
      'POST auth.signUp',
      'POST auth.verifyEmail',
      'POST consent.grant',
      'POST consent.revoke',
      'POST consent.toggle',
      'POST orgAccess.decide',
      'POST orgAccess.keys.create',
      'POST orgAccess.keys.revoke',
      'POST orgAccess.members.accept',
      'POST orgAccess.members.cancelInvitation',
      'POST orgAccess.members.invite',
      'POST orgAccess.members.remove',
      'POST orgAccess.members.setMembership',
      'POST orgAccess.read',
      'POST orgAccess.readMany',
      'POST orgAccess.request',
      'POST orgAccess.requestMany',
      'POST orgAccess.toggle',
      'POST profile.applyAsOfficer',
      'POST profile.mailPreferences.set',
      'POST profile.records.set',
      'POST profile.removeAvatar',
      'POST profile.setAvatar',
      'POST profile.update',
    ]);
  });

  it('declares its input', () => {
    expect(procedures.filter(({ hasInput }) => !hasInput)).toEqual([]);
  });

  it('declares its output', () => {
    expect(procedures.filter(({ hasOutput }) => !hasOutput)).toEqual([]);
  });
});

describe('nobody is told anything but to sign in, whatever they send', () => {
  it.each(guarded)('$name', async ({ name, method }) => {
    for (const input of [undefined, {}, { userId: citizen.user.id }, 'x']) {
      for (const headers of [{}, bearer('garbage'), { cookie: 'sessionid=garbage' }]) {
        const answer = await app.call(name, { method, input, headers });
        expect([answer.status, errorData(answer).code]).toEqual([401, 'UNAUTHENTICATED']);
      }
    }
  });
});

describe('what is for administrators is for nobody else, and each try is on the audit log', () => {
  it.each(guarded.filter(({ name }) => name.startsWith('admin.')))('$name', async ({ name, method }) => {
    const hospital = await app.signUpOrganization();
    for (const person of [citizen, hospital]) {
      for (const input of [undefined, { userId: person.user.id, reason: 'I want to', role: 'ADMIN' }]) {
        const answer = await app.call(name, { method, input, headers: bearer(person.accessToken) });
        expect([answer.status, errorData(answer).code]).toEqual([403, 'FORBIDDEN']);
        const { requestId } = errorData(answer);
        const rows = await app.sql(
          'select action, actor_id, details from audit_events where request_id = $1',
          [requestId],
        );
        expect(rows).toEqual([
          { action: 'access.denied', actor_id: person.user.id, details: { procedure: name } },
        ]);
      }
    }
  });
});

/** What an API key may call, if it has the scope. */
const FOR_API_KEYS = [
  'orgAccess.organization',
  'orgAccess.outgoing',
  'orgAccess.read',
  'orgAccess.readMany',
  'orgAccess.receipt',
  'orgAccess.request',
  'orgAccess.requestMany',
  'orgAccess.watch',
];

describe('an API key with every scope is refused what is not on its list, and each try is on the audit log', () => {
  let key: Keyed;
  beforeAll(async () => {
    key = await createKey(app, await app.signUpOrganization());
  });

  it.each(guarded)('$name', async ({ name, method }) => {
    for (const input of [{ surprise: 1 }, 'x']) {
      const answer = await app.call(name, { method, input, headers: key.headers });
      if (FOR_API_KEYS.includes(name)) {
        expect([answer.status, errorData(answer).code]).toEqual([400, 'INVALID_INPUT']);
        continue;
      }
      expect([answer.status, errorData(answer).code]).toEqual([403, 'FORBIDDEN']);
      const rows = await app.sql('select action, actor_id, details from audit_events where request_id = $1', [
        errorData(answer).requestId,
      ]);
      expect(rows).toEqual([
        { action: 'access.denied', actor_id: null, details: { procedure: name, apiKeyId: key.key.id } },
      ]);
    }
  });

  it.each(guarded.filter(({ name }) => FOR_API_KEYS.includes(name)))(
    '$name without its scope',
    async (one) => {
      const { name, method } = one;
      const blind = await createKey(app, await app.signUpOrganization());
      await app.sql(`update api_keys set scopes = array_remove(scopes, $2) where id = $1`, [
        blind.key.id,
        scopeOf(name),
      ]);
      const answer = await app.call(name, { method, headers: blind.headers });
      expect([answer.status, errorData(answer).code]).toEqual([403, 'FORBIDDEN']);
    },
  );

  const scopeOf = (name: string) => /\.(read|request)/.exec(name)?.[1] ?? 'list';
});

describe('an input of the wrong shape is 400', () => {
  const shapes = ['text', 7, true, [], [{}], null, { surprise: 1 }];

  it.each(procedures)('$name', async ({ name, method }) => {
    const headers = PUBLIC.includes(name)
      ? {}
      : bearer(name.startsWith('admin.') ? admin.accessToken : citizen.accessToken);
    for (const input of shapes) {
      const answer = await app.call(name, { method, input, headers });
      // Who may not call at all hears that first.
      if (answer.status === 403) continue;
      expect([name, input, answer.status]).toEqual([name, input, 400]);
      expect(Object.keys(errorData(answer).fields ?? {})).not.toEqual([]);
    }
  });
});

describe('a procedure is called as what it is', () => {
  it.each(procedures)('$name', async ({ name, method }) => {
    const answer = await app.call(name, { method: method === 'GET' ? 'POST' : 'GET' });
    expect([answer.status, errorData(answer).code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  it.each([
    'auth.__proto__',
    'auth.constructor',
    'auth',
    'auth.signIn.x',
    'AUTH.me',
    'compat.signIn',
    'toString',
  ])('and %s is none', async (name) => {
    const answer = await app.call(name, { method: 'GET', headers: bearer(admin.accessToken) });
    expect([answer.status, errorData(answer).code]).toEqual([404, 'NOT_FOUND']);
  });
});
