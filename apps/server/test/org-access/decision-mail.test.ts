import type { Decision } from '@truconn/contract';
import { describe, expect, it } from 'vitest';
import { whileJobsWait } from '../auth/mail-links.ts';
import { grantAndAsk, useTestApp, wish } from '../consent/support.ts';
import { setPoints } from '../limits/support.ts';
import { endingOf } from '../support/calls.ts';
import { accessMailKindsTo, accessMailsTo, inOneLine } from './mail-support.ts';
import { signUpMember } from './members-support.ts';

const app = useTestApp({ jobs: true });

async function askedBy(name?: string) {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization(name)];
  const { id: requestId } = await grantAndAsk(asha, hospital);
  const decide = (decision: Decision) => asha.client.orgAccess.decide.mutate({ requestId, decision });
  return { asha, hospital, requestId, decide };
}

describe('the member who asked', () => {
  it('is told of each decision, with its moment', async () => {
    const { hospital, decide } = await askedBy();
    const words = {
      approve: 'Asha Patel approved your request for data of the category "Identity" on ',
      pause: "Asha Patel paused your organization's access to data of the category",
      resume: "Asha Patel resumed your organization's access to data of the category",
      revoke: 'Asha Patel ended your request for data of the category',
    };
    let count = 0;
    for (const [decision, said] of Object.entries(words)) {
      const { decidedAt } = await decide(decision as Decision);
      const mails = await accessMailsTo(app(), hospital);
      count += 1;
      expect(mails).toHaveLength(count);
      const text = mails.map(inOneLine).find((one) => one.includes(said)) ?? '';
      expect(text).toContain(`${decidedAt?.slice(11, 16)} (UTC)`);
    }
  });

  it('is told of a refusal, in their own language, and of nothing that changes nothing', async () => {
    const { asha, hospital, decide } = await askedBy();
    await hospital.client.profile.update.mutate({ language: 'hi' });
    await decide('deny');
    await decide('deny');
    expect(await endingOf(decide('pause'))).toBe('INVALID_TRANSITION');
    const mails = await accessMailsTo(app(), hospital);
    expect(mails.map(inOneLine)).toEqual([expect.stringContaining('आपका अनुरोध अस्वीकार किया है')]);
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested']);
  });

  it('is told once where a consent is revoked, however many requests end with it', async () => {
    const { asha, hospital } = await askedBy();
    const lab = await app().signUpOrganization();
    await lab.client.orgAccess.request.mutate(wish(asha));
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    for (const organization of [hospital, lab]) {
      const mails = await accessMailsTo(app(), organization);
      expect(mails.map(inOneLine)).toEqual([expect.stringContaining('Asha Patel ended your request')]);
    }
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_requested', 'access_requested']);
  });

  it('is the one who did, and not an owner; and nobody is once they have left the organization', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const clerk = await signUpMember(app(), hospital);
    const { id: requestId } = await grantAndAsk(asha, clerk);
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    expect(await accessMailKindsTo(app(), clerk)).toEqual(['access_decided']);
    await hospital.client.orgAccess.members.remove.mutate({ userId: clerk.user.id });
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'pause' });
    expect(await accessMailKindsTo(app(), clerk)).toEqual(['access_decided']);
    expect(await accessMailsTo(app(), hospital)).toEqual([]);
  });

  it('is not told where nobody has asked, as with an API key', async () => {
    const { hospital, requestId, decide } = await askedBy();
    await app().sql('update access_requests set requested_by = null where id = $1', [requestId]);
    await decide('approve');
    expect(await accessMailsTo(app(), hospital)).toEqual([]);
  });

  it('is not told what they do not want to hear, or once they are disabled', async () => {
    const { hospital, decide } = await askedBy();
    await hospital.client.profile.mailPreferences.set.mutate({ decisions: false });
    await decide('approve');
    expect(await accessMailsTo(app(), hospital)).toEqual([]);
    await hospital.client.profile.mailPreferences.set.mutate({ decisions: true });
    await app().sql('update users set disabled_at = now() where id = $1', [hospital.user.id]);
    await decide('pause');
    expect(await accessMailsTo(app(), hospital)).toEqual([]);
  });

  it('is not told the name of a person that carries an address', async () => {
    const asha = await app().signUp({ firstName: 'Win', lastName: 'evil.example' });
    const hospital = await app().signUpOrganization();
    const { id: requestId } = await grantAndAsk(asha, hospital);
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    const [mail] = await accessMailsTo(app(), hospital);
    expect(inOneLine(mail)).toContain('The person you asked approved your request');
    expect(mail?.raw).not.toContain('evil');
  });
});

describe('the person who opens an access', () => {
  it('is told by whom and how long their data can be seen, and what to do if it was not them', async () => {
    const { asha, hospital, decide } = await askedBy('Lotus Hospital');
    await decide('approve');
    const mail = await app().mailTo(asha.email, { kind: 'access_allowed' });
    expect(inOneLine(mail)).toContain('"Lotus Hospital" was given access to your data of the category');
    expect(inOneLine(mail)).toContain('until you end it');
    expect(inOneLine(mail)).toContain('change your password at once');
    await decide('pause');
    await decide('resume');
    await decide('revoke');
    const kinds = await accessMailKindsTo(app(), asha);
    expect(kinds).toEqual(['access_allowed', 'access_allowed', 'access_requested']);
    expect(await accessMailKindsTo(app(), hospital)).toHaveLength(4);
  });

  it('is told by toggling, too, also where it is closed again before the mail is sent', async () => {
    const { asha, hospital, requestId } = await askedBy();
    await whileJobsWait(app(), async () => {
      await asha.client.orgAccess.toggle.mutate({ requestId });
      await asha.client.orgAccess.toggle.mutate({ requestId });
    });
    expect(await accessMailKindsTo(app(), asha)).toEqual(['access_allowed', 'access_requested']);
    expect(await accessMailKindsTo(app(), hospital)).toEqual(['access_decided', 'access_decided']);
  });

  it('is told whatever mails they want, and however many others they had: a thief cannot open it unseen', async () => {
    const { asha, decide } = await askedBy();
    await asha.client.profile.mailPreferences.set.mutate({
      requests: false,
      decisions: false,
      endings: false,
    });
    await accessMailsTo(app(), asha);
    await setPoints(app(), 'access_mail:requests', 20);
    await decide('approve');
    expect(await accessMailKindsTo(app(), asha)).toContain('access_allowed');
  });
});
