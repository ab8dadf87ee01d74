import { describe, expect, it } from 'vitest';
import { whileJobsWait } from '../auth/mail-links.ts';
import { grantAndAsk, useTestApp, wish } from '../consent/support.ts';
import { setPoints } from '../limits/support.ts';
import { endingOf } from '../support/calls.ts';
import { accessMailKindsTo, accessMailsTo, inOneLine, verify } from './mail-support.ts';
import { organizationOf } from './members-support.ts';

const app = useTestApp({ jobs: true });

describe('a person whom an organization asks', () => {
  it('is told who asks, for what, why and on which terms, and the organization is told nothing', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization('Lotus Hospital')];
    await verify(app(), asha);
    await grantAndAsk(asha, hospital, {
      categoryId: 4,
      purpose: 'Treatment after <b>your</b> visit',
      expiresAt: '2096-03-03T12:34:56Z',
      maxReads: 10,
    });
    const [mail, ...more] = await accessMailsTo(app(), asha);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('An organization asks to see your data');
    const text = inOneLine(mail);
    expect(text).toMatch(/^Hello Asha Patel, /);
    expect(text).toContain('"Lotus Hospital" asks to see your data of the category "Health" on TruConn.');
    expect(text).toContain('Why it asks, in its own words: "Treatment after <b>your</b> visit"');
    expect(text).toContain('it can see this until 3 March 2096, 12:34 (UTC), at most 10 times.');
    expect(mail?.html).toContain('&lt;b&gt;your');
    expect(await accessMailsTo(app(), hospital)).toEqual([]);
  });

  it('is told in their language', async () => {
    const hospital = await app().signUpOrganization();
    for (const [language, word] of [
      ['hi', 'देखना चाहता है'],
      ['gu', 'જોવા માગે છે'],
    ] as const) {
      const asha = await app().signUp({ language });
      await grantAndAsk(asha, hospital);
      const [mail] = await accessMailsTo(app(), asha);
      expect(mail?.headers.get('content-language')).toBe(language);
      expect(inOneLine(mail)).toContain(word);
    }
  });

  it('is not told again where the organization asks while its request is open', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital);
    expect((await hospital.client.orgAccess.request.mutate(wish(asha))).id).toBe(id);
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested']);
  });

  it('is not told of a request that was refused', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    expect(await endingOf(hospital.client.orgAccess.request.mutate(wish(asha)))).toBe('CONSENT_NOT_GRANTED');
    expect(await accessMailsTo(app(), asha)).toEqual([]);
  });

  it.each(['approve', 'deny', 'revoke consent'])(
    'is not told any more of what was decided before the mail was sent (%s)',
    async (step) => {
      const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
      await whileJobsWait(app(), async () => {
        const { id: requestId } = await grantAndAsk(asha, hospital);
        if (step === 'revoke consent') await asha.client.consent.revoke.mutate({ categoryId: 1 });
        else await asha.client.orgAccess.decide.mutate({ requestId, decision: step as 'approve' });
      });
      expect(await accessMailKindsTo(app(), asha)).toEqual(step === 'approve' ? ['access_allowed'] : []);
    },
  );

  it('is not told once the account is disabled', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await whileJobsWait(app(), async () => {
      await grantAndAsk(asha, hospital);
      await app().sql('update users set disabled_at = now() where id = $1', [asha.user.id]);
    });
    expect(await accessMailsTo(app(), asha)).toEqual([]);
  });
});

describe('what strangers type into a request', () => {
  const NAME = 'Win a prize at evil.example';
  const PURPOSE = 'Your account is blocked: open evil.example/unlock';

  it('carries no address of theirs into the mail, until an administrator has verified their name', async () => {
    const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
    const stranger = await app().signUpOrganization(NAME);
    await grantAndAsk(asha, stranger, { purpose: PURPOSE });
    const [first] = await accessMailsTo(app(), asha);
    expect(`${first?.raw} ${inOneLine(first)} ${first?.html}`).not.toContain('evil');
    expect(inOneLine(first)).toContain('An organization asks to see your data of the category "Identity"');
    expect(inOneLine(first)).toContain('Nobody has checked yet who this organization is.');
    expect(inOneLine(first)).toContain('Why it asks is written beside the request in your account.');

    const organizationId = organizationOf(stranger);
    await admin.client.admin.organizations.verify.mutate({ organizationId, verified: true });
    await grantAndAsk(asha, stranger, { categoryId: 2, purpose: PURPOSE });
    const [, second] = await accessMailsTo(app(), asha);
    expect(inOneLine(second)).toContain(`"${NAME}" asks to see your data of the category "Contact"`);
    expect(inOneLine(second)).not.toContain('Nobody has checked');
    expect(inOneLine(second)).not.toContain('unlock');
  });
});

describe('mails that a person does not want', () => {
  it('are not sent, also where they were waiting, and are again once they are wanted', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { mailPreferences } = asha.client.profile;
    await whileJobsWait(app(), async () => {
      await grantAndAsk(asha, hospital);
      await mailPreferences.set.mutate({ requests: false });
    });
    expect(await accessMailsTo(app(), asha)).toEqual([]);
    await mailPreferences.set.mutate({ requests: true, endings: false, decisions: false });
    await grantAndAsk(asha, hospital, { categoryId: 2 });
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested']);
  });
});

describe('of mails about access', () => {
  it('one person gets twenty an hour on a subject: requests leave room for what guards the account', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const lab = await app().signUpOrganization();
    await verify(app(), asha);
    const { id: requestId } = await grantAndAsk(asha, hospital);
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested']);
    await setPoints(app(), 'access_mail:requests', 19);
    await grantAndAsk(asha, hospital, { categoryId: 2 });
    await accessMailsTo(app(), asha);
    await grantAndAsk(asha, lab);
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested', 'access_requested']);
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    await app().client().auth.requestPasswordReset.mutate({ email: asha.email });
    await app().mailTo(asha.email, { kind: 'reset_password' });
    expect(await accessMailKindsTo(app(), asha)).toEqual([
      'access_allowed',
      'access_requested',
      'access_requested',
    ]);
    // Somebody else has room of their own.
    const meera = await app().signUp();
    await grantAndAsk(meera, hospital);
    expect(await accessMailKindsTo(app(), meera)).toEqual(['access_requested']);
  });

  it('an address that nobody has verified gets ten an hour in all, without what anybody wrote', async () => {
    const asha = await app().signUp({ firstName: 'You have', lastName: 'won' });
    const hospital = await app().signUpOrganization();
    const { id: requestId } = await grantAndAsk(asha, hospital, { purpose: 'Cheap pills: ring 1800 555' });
    const [mail] = await accessMailsTo(app(), asha);
    const text = inOneLine(mail);
    expect(text).toMatch(/^Hello, /);
    expect(text).toContain('Why it asks is written beside the request in your account.');
    expect(text).not.toMatch(/pills|You have/);
    await setPoints(app(), 'access_mail_unverified', 9);
    await grantAndAsk(asha, hospital, { categoryId: 2 });
    await accessMailsTo(app(), asha);
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested', 'access_requested']);
  });
});
