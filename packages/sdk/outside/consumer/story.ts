import { createTruConn, isTruConnError } from '@truconn/sdk';
import { fetchReceiptKeys, type LedgerEntry, verifyLedger, verifyReceipt } from '@truconn/sdk/verify';

type TruConn = ReturnType<typeof createTruConn>;

const PASSWORD = 'marigold-tram-42-sky';

/**
 * What one person does with the package, from signing up to signing out.
 * @returns what came of each step
 */
export async function tellStory(baseUrl: string): Promise<Record<string, unknown>> {
  const changes: string[] = [];
  const onSessionChange = ({ status }: { status: string }) => changes.push(status);
  const truconn = createTruConn({ baseUrl, credential: 'bearer', onSessionChange });
  const email = `${crypto.randomUUID()}@example.org`;
  await truconn.auth.signUp({ email, password: PASSWORD, firstName: 'Asha', lastName: 'Patel' });
  const { user } = await truconn.auth.signIn({ identifier: email, password: PASSWORD });
  const { items } = await truconn.consent.list();
  const { granted, watched } = await grantWhileWatching(truconn, 4);
  const entries = await readLedger(truconn);
  const isVerified = await verifyCopy(entries);
  const receipt = await verifyOwnReceipt(truconn, baseUrl, entries);
  const refusal = await refusalOf(truconn.consent.grant({ categoryId: 999 }));
  await truconn.auth.signOut();
  const afterSignOut = await refusalOf(truconn.auth.me());
  truconn.close();
  return {
    isSelf: user.email === email,
    categories: items.length,
    granted,
    watched,
    ...isVerified,
    receipt,
    refusal,
    afterSignOut,
    changes,
  };
}

// Twice with one key: the second would take back what the first did, if it had an effect of its own.
async function grantWhileWatching(truconn: TruConn, categoryId: number) {
  let connected: () => void;
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const onStateChange = ({ status }: { status: string }) => status === 'connected' && connected();
  const events = truconn.consent.watch({}, { onStateChange });
  const first = events.next();
  await isConnected;
  const idempotencyKey = crypto.randomUUID();
  await truconn.consent.toggle({ categoryId }, { idempotencyKey });
  const { granted } = await truconn.consent.toggle({ categoryId }, { idempotencyKey });
  const { value } = await first;
  await events.return?.();
  return { granted, watched: value?.data.action };
}

async function readLedger(truconn: TruConn) {
  const entries: LedgerEntry[] = [];
  for await (const entry of truconn.consent.ledger.all()) entries.push(entry);
  return entries;
}

async function verifyCopy(entries: LedgerEntry[]) {
  const verdict = await verifyLedger(entries);
  const changed = entries.map((entry) => ({ ...entry, categoryId: 5 }));
  return { entries: entries.length, valid: verdict.valid, changed: await verifyLedger(changed) };
}

async function verifyOwnReceipt(truconn: TruConn, issuer: string, ledger: LedgerEntry[]) {
  const { receipt } = await truconn.consent.receipt({ categoryId: 4 });
  const keys = await fetchReceiptKeys(issuer);
  const verdict = await verifyReceipt(receipt, keys, { issuer, ledger });
  const forged = receipt.replace(/\.[^.]*\./, `.${btoa('{}').replace(/=+$/, '')}.`);
  return {
    status: verdict.valid ? verdict.receipt.consent_status : verdict.problem,
    forged: await verifyReceipt(forged, keys),
  };
}

async function refusalOf(call: Promise<unknown>) {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (!isTruConnError(error, 'NOT_FOUND', 'UNAUTHENTICATED')) throw error;
    const code: 'NOT_FOUND' | 'UNAUTHENTICATED' = error.code;
    return { code, status: error.status };
  }
}
