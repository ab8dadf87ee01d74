import { describe, expect, test } from 'vitest';
import { appRouter } from '../../src/http/app-router.ts';
import type { ProcedureMeta } from '../../src/trpc/init.ts';
import { publish, textsOf } from '../consent/notices-support.ts';
import { bearer, useTestApp, wish } from '../consent/support.ts';
import { base64, blank } from '../images/samples.ts';
import { giveToken, signUpMember } from '../org-access/members-support.ts';
import { statementsOf, textOf } from '../support/statements.ts';
import type { CallAnswer, Person } from '../support/test-app.ts';
import { callWithKey, keptUnder } from './support.ts';

const app = useTestApp();

interface Prepared {
  by: Person;
  input?: unknown;
}

/** Each public mutation outside `auth`, ready to succeed; a new one is added here. */
const MUTATIONS: Record<string, () => Promise<Prepared>> = {
  'profile.update': async () => ({ by: await app().signUp(), input: { bio: 'Hello.' } }),
  'profile.setAvatar': async () => ({
    by: await app().signUp(),
    input: { data: base64(await blank(30, 20).png().toBuffer()) },
  }),
  'profile.removeAvatar': async () => ({ by: await app().signUp() }),
  'profile.applyAsOfficer': async () => ({ by: await app().signUp() }),
  'profile.mailPreferences.set': async () => ({ by: await app().signUp(), input: { requests: false } }),
  'consent.grant': async () => ({ by: await app().signUp(), input: { categoryId: 1 } }),
  'consent.revoke': async () => ({ by: (await grantTo()).by, input: { categoryId: 1 } }),
  'consent.toggle': async () => ({ by: await app().signUp(), input: { categoryId: 1 } }),
  'orgAccess.request': async () => {
    const { by: asha, hospital } = await grantTo();
    return { by: hospital, input: wish(asha) };
  },
  'orgAccess.decide': async () => {
    const { by, requestId } = await askFor();
    return { by, input: { requestId, decision: 'approve' } };
  },
  'orgAccess.toggle': async () => {
    const { by, requestId } = await askFor();
    return { by, input: { requestId } };
  },
  'orgAccess.members.invite': async () => ({
    by: await app().signUpOrganization(),
    input: { email: 'ravi@example.com' },
  }),
  'orgAccess.members.cancelInvitation': async () => {
    const by = await app().signUpOrganization();
    const { id } = await by.client.orgAccess.members.invite.mutate({ email: 'ravi@example.com' });
    return { by, input: { invitationId: id } };
  },
  'orgAccess.members.accept': async () => {
    const [owner, by] = [await app().signUpOrganization(), await app().signUp()];
    const invitation = await owner.client.orgAccess.members.invite.mutate({ email: by.email });
    return { by, input: { token: await giveToken(app(), invitation) } };
  },
  'orgAccess.keys.revoke': async () => {
    const by = await app().signUpOrganization();
    const { key } = await by.client.orgAccess.keys.create.mutate({ name: 'Import', scopes: ['read'] });
    return { by, input: { keyId: key.id } };
  },
  // Leaving: the guard would refuse who has left already.
  'orgAccess.members.remove': async () => {
    const by = await signUpMember(app(), await app().signUpOrganization());
    return { by, input: { userId: by.user.id } };
  },
  // Stepping down: the same.
  'orgAccess.members.setMembership': async () => {
    const by = await signUpMember(app(), await app().signUpOrganization(), 'owner');
    return { by, input: { userId: by.user.id, membership: 'member' } };
  },
  'admin.users.disable': () => actOnAccount({ reason: 'Test' }),
  'admin.users.enable': () => actOnAccount({}),
  'admin.users.setRole': () => actOnAccount({ role: 'DOCTOR', reason: 'Test' }),
  'admin.users.endSessions': () => actOnAccount({}),
  'admin.officerApplications.decide': async () => {
    const [by, asha] = [await app().signUpAdmin(), await app().signUp()];
    const { id } = await asha.client.profile.applyAsOfficer.mutate();
    return { by, input: { applicationId: id, decision: 'approve' } };
  },
  'admin.categories.create': async () => ({
    by: await app().signUpAdmin(),
    input: {
      key: 'pets',
      name: 'Pets',
      description: 'Test.',
      fields: ['bio'],
      texts: textsOf('It'),
    },
  }),
  'admin.categories.update': async () => ({
    by: await app().signUpAdmin(),
    input: { categoryId: 7, noticeGraceDays: 30 },
  }),
  'admin.notices.publish': async () => ({
    by: await app().signUpAdmin(),
    input: { categoryId: 7, texts: textsOf('It') },
  }),
  'admin.notices.withdraw': async () => {
    const by = await app().signUpAdmin();
    await publish(by, 6);
    return { by, input: { categoryId: 6, version: 1 } };
  },
  'admin.notices.review': async () => ({
    by: await app().signUpAdmin(),
    input: { categoryId: 4, version: 1, language: 'hi' },
  }),
  'admin.organizations.verify': async () => {
    const [by, hospital] = [await app().signUpAdmin(), await app().signUpOrganization()];
    return { by, input: { organizationId: hospital.user.organization?.id } };
  },
};

async function grantTo() {
  const [by, hospital] = [await app().signUp(), await app().signUpOrganization()];
  await by.client.consent.grant.mutate({ categoryId: 1 });
  return { by, hospital };
}

async function askFor() {
  const { by, hospital } = await grantTo();
  const { id } = await hospital.client.orgAccess.request.mutate(wish(by));
  return { by, requestId: id };
}

async function actOnAccount(input: object): Promise<Prepared> {
  const [by, asha] = [await app().signUpAdmin(), await app().signUp()];
  return { by, input: { userId: asha.user.id, ...input } };
}

/** A call's answer, and what it asked of the database. */
async function watch(call: () => Promise<CallAnswer>) {
  let answer: CallAnswer | undefined;
  const statements = await statementsOf(async () => {
    answer = await call();
  });
  if (answer === undefined) throw new Error('unreachable: the call has ended');
  return { answer, statements: statements.map(textOf) };
}

/** Those whose results are not kept, or not whole; what becomes of their keys has tests of its own. */
const KEPT_IN_PART = {
  'orgAccess.keys.create': 'none',
  'orgAccess.read': 'without data',
  'orgAccess.readMany': 'without data',
  'orgAccess.requestMany': 'without data',
  'profile.records.set': 'without data',
};

describe('every mutation outside auth', () => {
  test('is in the tables of this test', () => {
    // What tRPC keeps on a router at run time, and leaves out of its public type.
    const definitions = appRouter._def.procedures as unknown as Record<
      string,
      { _def: { type: string; meta?: ProcedureMeta } }
    >;
    const mutations = Object.entries(definitions).filter(
      ([name, { _def }]) => _def.type === 'mutation' && !name.startsWith('auth.'),
    );
    const partly = mutations.flatMap(([name, { _def }]) =>
      _def.meta?.outcome ? [[name, _def.meta.outcome]] : [],
    );
    expect(Object.fromEntries(partly)).toEqual(KEPT_IN_PART);
    const names = mutations.map(([name]) => name);
    expect(names.sort()).toEqual([...Object.keys(MUTATIONS), ...Object.keys(KEPT_IN_PART)].sort());
  });

  test.each(Object.entries(MUTATIONS))('takes a key: %s', async (name, prepare) => {
    const { by, input } = await prepare();
    const call = () => callWithKey(app(), by, name, [name, input]);
    const first = await watch(call);
    expect(first.answer.status).toBe(200);
    // Whatever it writes, it writes with the outcome.
    expect(first.statements.filter((text) => text === 'begin')).toHaveLength(1);
    expect(await keptUnder(app(), name)).toHaveLength(1);
    const second = await watch(call);
    expect([second.answer.status, second.answer.body]).toEqual([200, first.answer.body]);
    // Who asks, and what is kept: nothing else is read or written.
    const other = second.statements.filter((text) => !text.includes('from "sessions"'));
    expect(other).toEqual([expect.stringContaining('from "idempotency_keys"')]);
  });
});

test('a key costs four round trips, and none where there is none', async () => {
  const asha = await app().signUp();
  const grant = async (key?: string) => {
    const headers = { ...bearer(asha), ...(key !== undefined && { 'idempotency-key': key }) };
    const call = () => app().call('consent.grant', { input: { categoryId: 1 }, headers });
    const { answer, statements } = await watch(call);
    expect(answer.status).toBe(200);
    return statements;
  };
  // From now on it changes nothing, and asks the same each time.
  await grant();
  const [without, withKey] = [await grant(), await grant('cost')];
  expect(withKey).toHaveLength(without.length + 4);
  const added = withKey.filter((text) => /idempotency_keys/.test(text));
  expect(added.map((text) => text.split(' ')[0])).toEqual(['select', 'insert', 'update']);
});
