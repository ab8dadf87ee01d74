import { expect, it } from 'vitest';
import { startTestApp } from '../support/test-app.ts';

it('who applied as an officer is told the decision and its reason by mail', async () => {
  await using app = await startTestApp({ jobs: true });
  const [asha, admin] = [await app.signUp(), await app.signUpAdmin()];
  const { id: applicationId } = await asha.client.profile.applyAsOfficer.mutate();
  const reason = 'No letter of the ward <b>7</b>';
  await admin.client.admin.officerApplications.decide.mutate({ applicationId, decision: 'deny', reason });
  const mail = await app.mailTo(asha.email, { kind: 'officer_application_decided' });
  expect(mail.text).toContain('was not approved.');
  expect(mail.text).toContain(reason);
  expect(mail.html).not.toContain('<b>7</b>');
});
