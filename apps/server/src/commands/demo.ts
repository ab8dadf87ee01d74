import { randomBytes } from 'node:crypto';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { verifyLedger } from '@truconn/contract';
import type { AppRouter } from '../http/app-router.ts';
import type { Settings } from '../settings.ts';

type Client = ReturnType<typeof connect>;
const CATEGORY = { id: 4, name: 'Health' };
const step = (text: string) => console.log(`\n${text}`);
const result = (text: string) => console.log(`  → ${text}`);

/** `npm run demo`: a citizen and a hospital, from sign-up to a record that proves itself, over HTTP. */
export async function demo(settings: Settings): Promise<void> {
  const url = `${settings.publicUrl}/trpc`;
  await requireServer(settings.publicUrl);
  // New addresses each time, so that the demo can be run again.
  const run = randomBytes(3).toString('hex');
  const asha = await signUpAsha(url, run);
  const hospital = await signUpHospital(url, run);
  await tellStory(asha, hospital);
  await showLedger(asha.client);
}

async function signUpAsha(url: string, run: string) {
  step('1. Asha Patel signs up and signs in.');
  const email = `asha.${run}@example.com`;
  const password = randomBytes(12).toString('base64url');
  const visitor = connect(url);
  await visitor.auth.signUp.mutate({ email, password, firstName: 'Asha', lastName: 'Patel' });
  const client = await signIn(url, email, password);
  const { user } = await client.auth.me.query();
  result(`${user.firstName} ${user.lastName}, ${user.email}, ${user.role}`);
  return { client, id: user.id };
}

async function signUpHospital(url: string, run: string): Promise<Client> {
  step('2. A hospital signs up as an organization.');
  const email = `records.${run}@hospital.example`;
  const password = randomBytes(12).toString('base64url');
  await connect(url).auth.signUp.mutate({
    email,
    password,
    role: 'ORGANIZATION',
    organizationName: 'City Hospital',
  });
  const client = await signIn(url, email, password);
  const organization = await client.orgAccess.organization.query();
  result(`${organization.name}, you are its ${organization.membership}`);
  return client;
}

async function tellStory(asha: { client: Client; id: string }, hospital: Client): Promise<void> {
  const ask = () =>
    hospital.orgAccess.request.mutate({
      userId: asha.id,
      categoryId: CATEGORY.id,
      purpose: 'Treatment after your accident',
      maxReads: 3,
    });
  step(`3. The hospital asks for Asha's ${CATEGORY.name} data before she has agreed to that.`);
  await ask().catch((error: unknown) => result(`refused: ${describe(error)}`));

  step(
    `4. Asha writes down her ${CATEGORY.name} record and consents to that category; the hospital asks again.`,
  );
  const record = { bloodGroup: 'O+', allergies: ['Penicillin'] };
  await asha.client.profile.records.set.mutate({ categoryId: CATEGORY.id, data: record });
  await asha.client.consent.grant.mutate({ categoryId: CATEGORY.id });
  const request = await ask();
  result(`request ${request.status}: "${request.purpose}", ${request.maxReads} reads`);

  step('5. Asha sees who asks, and approves.');
  const { items } = await asha.client.orgAccess.incoming.query();
  for (const item of items) result(`${item.organization.name} asks: "${item.purpose}"`);
  const approved = await asha.client.orgAccess.decide.mutate({ requestId: request.id, decision: 'approve' });
  result(`request ${approved.status}`);

  step('6. The hospital reads what she has let it read. The reading counts.');
  const { data, request: read } = await hospital.orgAccess.read.mutate({ requestId: request.id });
  result(`${JSON.stringify(data)}, ${read.readsLeft} reads left`);

  step('7. Asha revokes her consent. Every open request on it ends in the same moment.');
  await asha.client.consent.revoke.mutate({ categoryId: CATEGORY.id });
  const outgoing = await hospital.orgAccess.outgoing.query();
  result(`the hospital now sees: ${outgoing.items.map((item) => item.status).join(', ')}`);
  const late = hospital.orgAccess.read.mutate({ requestId: request.id });
  await late.catch((error: unknown) => result(`a read is refused: ${describe(error)}`));
}

async function showLedger(asha: Client): Promise<void> {
  step('8. All of it is on her ledger, each entry bound to the one before by its hash.');
  const { items } = await asha.consent.ledger.query();
  for (const entry of items) {
    result(
      `${entry.seq}  ${entry.at}  ${entry.action.padEnd(16)} by ${entry.actor.kind.padEnd(12)}  ${entry.hash.slice(0, 12)}…`,
    );
  }
  const verdict = await verifyLedger(items);
  step(
    verdict.valid ? 'The ledger verifies, computed here from the copy alone.' : 'The ledger does not verify!',
  );
  if (!verdict.valid) process.exitCode = 1;
}

function connect(url: string, accessToken?: string) {
  const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url, headers })] });
}

async function signIn(url: string, identifier: string, password: string): Promise<Client> {
  const signedIn = await connect(url).auth.signIn.mutate({ identifier, password, credential: 'bearer' });
  return connect(url, signedIn.accessToken);
}

function describe(error: unknown): string {
  if (!(error instanceof TRPCClientError)) throw error;
  return `${error.data?.code} (${error.data?.httpStatus}), "${error.message}"`;
}

async function requireServer(publicUrl: string): Promise<void> {
  try {
    await fetch(`${publicUrl}/healthz`);
  } catch {
    throw new Error(`No TruConn answers at ${publicUrl}: run npm start in another terminal first.`);
  }
}
