import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { connectClient, signInClient } from '../support/client.ts';
import { createWorkplace } from '../support/server-process.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { eventually } from '../support/time.ts';

// It starts several processes with a database.
vi.setConfig({ testTimeout: 90_000 });

const ASHA = { email: 'asha@example.com', password: 'plum-orbit-lantern-42' };
const HOSPITAL = { email: 'hospital@example.com', password: 'plum-orbit-lantern-42' };
const ASKED = 'An organization asks to see your data';

/** A person consents, and an organization asks. */
async function ask(url: string): Promise<void> {
  const { signUp } = connectClient(url).auth;
  const { id: userId } = await signUp.mutate({ ...ASHA, firstName: 'Asha', lastName: 'Patel' });
  await signUp.mutate({ ...HOSPITAL, role: 'ORGANIZATION', organizationName: 'City Hospital' });
  const asha = await signInClient(url, ASHA.email, ASHA.password);
  await asha.consent.grant.mutate({ categoryId: 1 });
  const hospital = await signInClient(url, HOSPITAL.email, HOSPITAL.password);
  await hospital.orgAccess.request.mutate({ userId, categoryId: 1, purpose: 'To greet you by name.' });
}

test('a server killed after a request was committed mails it once by the two that start after it', async () => {
  await using smtp = await startSmtpServer();
  await using place = createWorkplace();
  const mailed = { SMTP_URL: smtp.url };
  // As if it had been killed between the commit and the first look at the queue.
  const killed = await place.start({ ...mailed, JOBS: 'off' });
  await ask(killed.url);
  await killed.stop('SIGKILL');
  expect(smtp.recipients).toEqual([]);

  const started = await place.start(mailed);
  await place.startWorker(mailed);
  // Two sign-ups and a request; another copy would come at the same moment.
  await eventually(() => smtp.accepted.length >= 3);
  await sleep(500);
  const mails = smtp.accepted.filter(({ subject }) => subject === ASKED);
  expect(mails.map(({ to }) => to)).toEqual([[ASHA.email]]);
  expect(smtp.accepted).toHaveLength(3);
  const asha = await signInClient(started.url, ASHA.email, ASHA.password);
  expect((await asha.orgAccess.incoming.query()).items).toMatchObject([{ status: 'PENDING' }]);
});
