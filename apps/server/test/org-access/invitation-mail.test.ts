import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endingOf } from '../support/calls.ts';
import { isMailTo, type ReceivedMail } from '../support/mail.ts';
import { newPerson, startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ jobs: true });
});
afterAll(() => app[Symbol.asyncDispose]());

/** The first so many invitations that reach an address. */
async function invitationsTo(email: string, count: number): Promise<ReceivedMail[]> {
  let mails: ReceivedMail[] = [];
  await eventually(async () => {
    mails = (await app.mails()).filter((mail) => isMailTo(mail, email, { kind: 'accept_invitation' }));
    return mails.length >= count;
  });
  return mails;
}

function tokenIn(mail: ReceivedMail | undefined): string {
  const [, token] = /\/account\/accept-invitation\?token=([0-9a-f]{40})\b/.exec(mail?.text ?? '') ?? [];
  if (token === undefined) throw new Error(`There is no link in: ${mail?.text}`);
  return token;
}

it('somebody new who is invited by mail signs up with that address, opens the link and is a member', async () => {
  const hospital = await app.signUpOrganization('Lotus Hospital');
  const { email } = newPerson();
  await hospital.client.orgAccess.members.invite.mutate({ email, membership: 'owner' });
  const [mail] = await invitationsTo(email, 1);
  expect(mail?.text).toContain('Lotus Hospital');
  const clerk = await app.signUp({ email });
  const token = tokenIn(mail);
  const organization = await clerk.client.orgAccess.members.accept.mutate({ token });
  expect(organization).toMatchObject({ name: 'Lotus Hospital', membership: 'owner' });
  const { user } = await clerk.client.auth.me.query();
  expect(user).toMatchObject({ emailVerified: true, organization: { id: organization.id } });
  expect(await endingOf(clerk.client.orgAccess.members.accept.mutate({ token }))).toBe('INVALID_INPUT');
});

it('an invitation that is sent again works from either mail', async () => {
  const hospital = await app.signUpOrganization();
  const asha = await app.signUp();
  const { invite } = hospital.client.orgAccess.members;
  const { email } = asha;
  await invite.mutate({ email });
  await invitationsTo(email, 1);
  await invite.mutate({ email });
  const tokens = (await invitationsTo(email, 2)).map(tokenIn);
  expect(new Set(tokens).size).toBe(2);
  expect(await endingOf(asha.client.orgAccess.members.accept.mutate({ token: tokens[0] ?? '' }))).toBe('ok');
  expect(await endingOf(asha.client.orgAccess.members.accept.mutate({ token: tokens[1] ?? '' }))).toBe(
    'INVALID_INPUT',
  );
});

describe('the name of an organization that could be an advertisement', () => {
  const NAME = 'Win a prize at evil.example';
  const invitedBy = async (name: string, verified: boolean): Promise<string> => {
    const organization = await app.signUpOrganization(name);
    const admin = await app.signUpAdmin();
    const organizationId = organization.user.organization?.id ?? '';
    if (verified) await admin.client.admin.organizations.verify.mutate({ organizationId, verified });
    const { email } = newPerson();
    await organization.client.orgAccess.members.invite.mutate({ email });
    const [mail] = await invitationsTo(email, 1);
    return `${mail?.text} ${mail?.html}`;
  };

  it('is not in the invitation until an administrator has verified the organization', async () => {
    const mail = await invitedBy(NAME, false);
    expect(mail).toContain('You are invited to join an organization on TruConn');
    expect(mail).not.toContain('evil');
    expect((await invitedBy(NAME, true)).replace(/\s+/g, ' ')).toContain(`invited to join "${NAME}"`);
  });

  it.each(['Write to prize@evil.example', 'Prizes '.repeat(20)])('is never “%s”', async (name) => {
    expect(await invitedBy(name, false)).not.toContain(name.trim().slice(0, 20));
  });
});
