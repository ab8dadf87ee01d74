// What a program that is compiled against the package relies on. Each line is a check of the compiler's.
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import {
  type AccessRequest,
  type AppRouter,
  type ConsentReceipt,
  type ConsentView,
  createTruConn,
  type ErrorCode,
  isTruConnError,
  type LedgerEntry,
  memoryStorage,
  type Page,
  type SignInResult,
  type StorageAdapter,
  type TruConnErrorCode,
  type WatchEvent,
} from '@truconn/sdk';
import {
  fetchReceiptKeys,
  type LedgerVerdict,
  type ReceiptKeySet,
  type ReceiptVerdict,
  verifyLedger,
  verifyReceipt,
} from '@truconn/sdk/verify';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { is: A; shouldBe: B };

function same<A, B>(_isSame: Equal<A, B>): void {
  // The compiler does it all.
}

const storage: StorageAdapter = memoryStorage();
const truconn = createTruConn({ baseUrl: 'https://truconn.example', storage, headers: async () => ({}) });

export async function callsAreTyped(): Promise<void> {
  const signedIn = await truconn.auth.signIn({ identifier: 'asha', password: 'secret' });
  same<typeof signedIn, SignInResult>(true);
  const page = await truconn.consent.list({ limit: 10 }, { signal: new AbortController().signal });
  same<typeof page, Page<ConsentView>>(true);
  same<typeof page.nextCursor, string | null>(true);
  const decided = await truconn.orgAccess.decide({ requestId: '1', decision: 'approve' });
  same<typeof decided, AccessRequest>(true);
  await truconn.consent.grant({ categoryId: 4 }, { idempotencyKey: 'one' });
  for await (const entry of truconn.consent.ledger.all()) same<typeof entry, LedgerEntry>(true);
  for await (const event of truconn.consent.watch()) same<typeof event, WatchEvent<LedgerEntry>>(true);
  const verdict = await verifyLedger([]);
  same<typeof verdict, LedgerVerdict>(true);
  const keys = await fetchReceiptKeys('https://truconn.example');
  same<typeof keys, ReceiptKeySet>(true);
  const { receipt, record } = await truconn.consent.receipt({ categoryId: 4 });
  same<typeof record, ConsentReceipt>(true);
  const checked = await verifyReceipt(receipt, keys, { ledger: [] });
  same<typeof checked, ReceiptVerdict>(true);
}

export async function wrongCallsAreRefused(): Promise<void> {
  // @ts-expect-error a category's number is no text
  await truconn.consent.grant({ categoryId: '4' });
  // @ts-expect-error there is no such decision
  await truconn.orgAccess.decide({ requestId: '1', decision: 'maybe' });
  // @ts-expect-error a query has no effect that could happen twice
  await truconn.consent.list({}, { idempotencyKey: 'one' });
  // @ts-expect-error there is no such procedure
  await truconn.consent.forget({ categoryId: 4 });
}

export function errorsAreNarrowed(error: unknown): number | undefined {
  if (isTruConnError(error, 'RATE_LIMITED', 'TIMEOUT')) {
    same<typeof error.code, 'RATE_LIMITED' | 'TIMEOUT'>(true);
    return error.retryAfterSeconds;
  }
  if (isTruConnError(error)) same<typeof error.code, TruConnErrorCode>(true);
  // @ts-expect-error there is no such code
  isTruConnError(error, 'NO_SUCH_CODE');
  const code: ErrorCode = 'CONSENT_NOT_GRANTED';
  return code.length;
}

type Outputs = inferRouterOutputs<AppRouter>;
type Inputs = inferRouterInputs<AppRouter>;

export function toolsOfTrpcInfer(): void {
  same<Outputs['consent']['list'], Page<ConsentView>>(true);
  same<Outputs['orgAccess']['decide'], AccessRequest>(true);
  same<Inputs['consent']['revoke'], { categoryId: number }>(true);
}
