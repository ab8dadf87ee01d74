import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutateAs, wish } from '../consent/support.ts';
import { endingOf, errorData } from '../support/calls.ts';
import { newPerson, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { auditOf, giveToken, signUpMember } from './members-support.ts';

let strict: TestApp;
let asha: Person;
let hospital: Person;
beforeAll(async () => {
  strict = await startTestApp({ env: { REQUIRE_VERIFIED_EMAIL: 'true' } });
  asha = await strict.signUp();
  await asha.client.consent.grant.mutate({ categoryId: 1 });
});
afterAll(() => strict[Symbol.asyncDispose]());

const ACTS = {
  'orgAccess.request': () => wish(asha),
  'orgAccess.members.invite': () => ({ email: newPerson().email }),
  'orgAccess.members.setMembership': () => ({ userId: hospital.user.id, membership: 'owner' }),
};
const verify = (app: TestApp, person: Person) =>
  app.sql('update users set email_verified_at = now() where id = $1', [person.user.id]);

describe.each(Object.entries(ACTS))('where verified addresses are required, %s', (procedure, input) => {
  it('is refused to a member without one, on the log, and works from the request after', async () => {
    hospital = await strict.signUpOrganization();
    const refused = await mutateAs(strict, hospital, procedure, input());
    expect([refused.status, errorData(refused).code]).toEqual([403, 'EMAIL_NOT_VERIFIED']);
    expect(await auditOf(strict, refused)).toMatchObject([
      { action: 'access.denied', actor: hospital.user.id, details: { procedure } },
    ]);
    await verify(strict, hospital);
    expect((await mutateAs(strict, hospital, procedure, input())).status).toBe(200);
  });

  it('asks whether one may do it at all before', async () => {
    const answer = await mutateAs(strict, asha, procedure, input());
    expect(errorData(answer).code).toBe('FORBIDDEN');
  });
});

describe('where verified addresses are required', () => {
  it('the acting member’s counts, and not the owner’s; accepting an invitation verifies it', async () => {
    hospital = await strict.signUpOrganization();
    await verify(strict, hospital);
    const clerk = await signUpMember(strict, hospital);
    expect(await endingOf(clerk.client.orgAccess.request.mutate(wish(asha)))).toBe('ok');
    await strict.sql('update users set email_verified_at = null where id = $1', [clerk.user.id]);
    expect(await endingOf(clerk.client.orgAccess.request.mutate(wish(asha)))).toBe('EMAIL_NOT_VERIFIED');
  });

  it('reading, leaving, removing and taking back need none', async () => {
    hospital = await strict.signUpOrganization();
    await verify(strict, hospital);
    const members = hospital.client.orgAccess.members;
    const invitation = await members.invite.mutate({ email: newPerson().email });
    const [clerk, nurse] = [await signUpMember(strict, hospital), await signUpMember(strict, hospital)];
    await strict.sql('update users set email_verified_at = null');
    const calls = [
      members.list.query(),
      members.invitations.query(),
      hospital.client.orgAccess.outgoing.query(),
      members.cancelInvitation.mutate({ invitationId: invitation.id }),
      clerk.client.orgAccess.members.remove.mutate({ userId: clerk.user.id }),
      members.remove.mutate({ userId: nurse.user.id }),
    ];
    expect(await Promise.all(calls.map(endingOf))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
  });
});

it('where they are not, an organization asks and invites without one', async () => {
  await using app = await startTestApp();
  const [ravi, bank] = [await app.signUp(), await app.signUpOrganization('Bank')];
  await ravi.client.consent.grant.mutate({ categoryId: 1 });
  expect(bank.user.emailVerified).toBe(false);
  expect(await endingOf(bank.client.orgAccess.request.mutate(wish(ravi)))).toBe('ok');
  const invitation = await bank.client.orgAccess.members.invite.mutate({ email: ravi.email });
  const token = await giveToken(app, invitation);
  expect(await endingOf(ravi.client.orgAccess.members.accept.mutate({ token }))).toBe('ok');
});
