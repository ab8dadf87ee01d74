import { describe, expect, it } from 'vitest';
import { whileJobsWait } from '../auth/mail-links.ts';
import { grantAndAsk, inSeconds, useTestApp } from '../consent/support.ts';
import { accessMailsTo, inOneLine } from '../org-access/mail-support.ts';
import { isMailTo } from '../support/mail.ts';
import type { Person } from '../support/test-app.ts';
import { endConsentIn, endRequestIn, runTask, whileNoticeEndsIn } from './ends-support.ts';

const app = useTestApp({ jobs: true });

async function grant(hours: number, categoryId = 1, person?: Person): Promise<Person> {
  const asha = person ?? (await app().signUp());
  await asha.client.consent.grant.mutate({ categoryId });
  await endConsentIn(app(), asha, categoryId, hours);
  return asha;
}

async function approve(person: Person, hours: number, categoryId = 1, name = 'Lotus Hospital') {
  const hospital = await app().signUpOrganization(name);
  const { id: requestId } = await grantAndAsk(person, hospital, { categoryId });
  await person.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
  await endRequestIn(app(), requestId, hours);
  return requestId;
}

/** What a person was told about coming ends, mail by mail. */
async function toldEnds(person: Person): Promise<string[]> {
  const mails = await accessMailsTo(app(), person);
  return mails.filter((mail) => isMailTo(mail, person.email, { kind: 'ends_soon' })).map(inOneLine);
}

const CONSENT = /Your consent to the category "Identity", and with it all access to this data: \d+ \w+ \d{4}/;

describe('a person whose consents and accesses end within three days', () => {
  it('is told of all of them in one mail, once, in the order of their ends', async () => {
    const asha = await app().signUp();
    await approve(asha, 10, 2);
    await approve(asha, 20, 3, 'Win at evil.example');
    await grant(70, 1, asha);
    await grant(30, 4, asha);
    for (const _ of [1, 2]) await runTask(app(), 'tell');
    const [mail = '', ...more] = await toldEnds(asha);
    expect(more).toEqual([]);
    expect(mail).toMatch(CONSENT);
    expect(mail.indexOf('"Health"')).toBeLessThan(mail.indexOf('"Identity"'));
    expect(mail).toContain('The access of "Lotus Hospital" to the category "Contact": ');
    expect(mail).toContain('The access of an organization to the category "Location": ');
    expect(mail).not.toContain('evil');
  });

  it.each([
    ['ends later', 73],
    ['has ended', -1],
  ])('is told of nothing that %s', async (_what, hours) => {
    const asha = await grant(hours);
    await approve(asha, hours, 2);
    await runTask(app(), 'tell');
    expect(await toldEnds(asha)).toEqual([]);
  });

  it('is told of nothing that they granted or approved for no longer than that', async () => {
    const asha = await app().signUp();
    const requestId = await approve(asha, 24, 2);
    await grant(24, 1, asha);
    await app().sql(`update consents set granted_at = now() - interval '47 hours' where user_id = $1`, [
      asha.user.id,
    ]);
    await app().sql(`update access_requests set decided_at = now() - interval '47 hours' where id = $1`, [
      requestId,
    ]);
    await runTask(app(), 'tell');
    expect(await toldEnds(asha)).toEqual([]);
    await app().sql(`update consents set granted_at = now() - interval '49 hours' where user_id = $1`, [
      asha.user.id,
    ]);
    await runTask(app(), 'tell');
    expect(await toldEnds(asha)).toHaveLength(1);
  });

  it('is told of each new end of the same consent, and of an end that a notice brings', async () => {
    const asha = await grant(70, 5);
    await runTask(app(), 'tell');
    expect(await toldEnds(asha)).toHaveLength(1);
    await endConsentIn(app(), asha, 5, 71);
    await runTask(app(), 'tell');
    expect(await toldEnds(asha)).toHaveLength(2);
    await endConsentIn(app(), asha, 5, 1_000);
    await whileNoticeEndsIn(app(), 5, 48, async () => {
      for (const _ of [1, 2]) await runTask(app(), 'tell');
      const day = new Date(Date.now() + 48 * 3_600_000).getUTCDate();
      const mails = await toldEnds(asha);
      expect(mails).toHaveLength(3);
      expect(mails[2]).toContain(`category "Financial", and with it all access to this data: ${day} `);
    });
  });

  it('is told of an access that ends with its consent by that alone, and of none that waits or is paused', async () => {
    const asha = await app().signUp();
    await approve(asha, 60);
    await grant(50, 1, asha);
    const paused = await approve(asha, 60, 2);
    await asha.client.orgAccess.decide.mutate({ requestId: paused, decision: 'pause' });
    await runTask(app(), 'tell');
    const [mail = ''] = await toldEnds(asha);
    expect(mail).toMatch(CONSENT);
    expect(mail).not.toContain('The access of "');
  });

  it.each([
    [
      'prolonged',
      (asha: Person) => asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(3_000_000) }),
    ],
    ['revoked', (asha: Person) => asha.client.consent.revoke.mutate({ categoryId: 1 })],
  ])('is not told any more of what was %s before the mail was sent', async (_how, change) => {
    const asha = await grant(20);
    await approve(asha, 20, 2);
    await whileJobsWait(app(), async () => {
      await runTask(app(), 'tell');
      await change(asha);
    });
    const [mail = ''] = await toldEnds(asha);
    expect(mail).toContain('"Contact"');
    expect(mail).not.toContain('"Identity"');
  });

  it('gets no mail where nothing of it stands any more, or where they do not want it', async () => {
    const [asha, meera] = [await grant(20), await grant(20)];
    await meera.client.profile.mailPreferences.set.mutate({ endings: false });
    await whileJobsWait(app(), async () => {
      await runTask(app(), 'tell');
      await asha.client.consent.revoke.mutate({ categoryId: 1 });
    });
    expect([await toldEnds(asha), await toldEnds(meera)]).toEqual([[], []]);
  });

  it('is told once by two runs at the same moment', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => grant(20)));
    await Promise.all([runTask(app(), 'tell'), runTask(app(), 'tell'), runTask(app(), 'tell')]);
    for (const person of people) expect(await toldEnds(person)).toHaveLength(1);
  });

  it('is told in their language', async () => {
    const asha = await app().signUp({ language: 'gu' });
    await grant(20, 1, asha);
    await runTask(app(), 'tell');
    expect(await toldEnds(asha)).toEqual([expect.stringContaining('શ્રેણી "Identity" માટેની તમારી સંમતિ')]);
  });
});
