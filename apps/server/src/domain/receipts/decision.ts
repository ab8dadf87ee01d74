import { type LedgerAction, type LedgerEntry, type ReceiptState, verifyLedger } from '@truconn/contract';
import type { Executor } from '../../database/connection.ts';
import { type EntryScope, findLastEntry } from '../../database/queries/ledger.queries.ts';
import { DomainError } from '../domain-error.ts';

/** An entry of the ledger that decides, with its details. */
export type DecidingEntry = LedgerEntry & { details: NonNullable<LedgerEntry['details']> };

/** What a receipt is made of. */
export interface Decisions {
  /** The one that was asked for. */
  asked: DecidingEntry;
  /** How the last one left it. */
  lastState: ReceiptState;
}

/** What each action comes to; reading, being refused and asking decide nothing. */
const STATES: Partial<Record<LedgerAction, ReceiptState>> = {
  CONSENT_GRANTED: 'dpv:ConsentGiven',
  CONSENT_MODIFIED: 'dpv:RenewedConsentGiven',
  CONSENT_REVOKED: 'dpv:ConsentWithdrawn',
  CONSENT_EXPIRED: 'dpv:ConsentExpired',
  ACCESS_APPROVED: 'dpv:ConsentGiven',
  ACCESS_RESUMED: 'dpv:RenewedConsentGiven',
  ACCESS_DENIED: 'dpv:ConsentRefused',
  ACCESS_PAUSED: 'dpv:ConsentWithdrawn',
  ACCESS_REVOKED: 'dpv:ConsentWithdrawn',
  ACCESS_EXPIRED: 'dpv:ConsentExpired',
  ACCESS_EXHAUSTED: 'dpv:ConsentExpired',
};

const DECIDING = Object.keys(STATES) as LedgerAction[];

/**
 * The decision that a receipt is about, and how the last one stands beside it.
 * @param seq the ledger entry of an older decision; the last one unless told
 * @throws DomainError `NOT_FOUND` where nothing was decided, or its details were erased
 */
export async function findDecisions(
  db: Executor,
  personId: string,
  scope: EntryScope,
  seq: number | undefined,
): Promise<Decisions> {
  const found = await findLastEntry(db, personId, scope, { actions: DECIDING, seq });
  const asked = await checkEntry(found, seq);
  const last = await findLastEntry(db, personId, scope, { actions: DECIDING, seq: undefined });
  return { asked, lastState: stateOf(last ?? asked) };
}

/** How a decision left the consent. What was never given cannot be withdrawn. */
export function stateOf({ action, actor, details }: LedgerEntry): ReceiptState {
  const state = STATES[action];
  if (state === undefined) throw new Error(`${action} decides nothing.`);
  if (state !== 'dpv:ConsentWithdrawn') return state;
  if (actor.kind !== 'person') return 'dpv:ConsentTerminated';
  const before = details?.before as { status?: string } | null | undefined;
  return before?.status === 'PENDING' ? 'dpv:ConsentRefused' : state;
}

/** Whether a state allows anything. */
export function isGiven(state: ReceiptState): boolean {
  return state === 'dpv:ConsentGiven' || state === 'dpv:RenewedConsentGiven';
}

// The signature must not be good for what somebody has written over the ledger's erasable half.
async function checkEntry(entry: LedgerEntry | undefined, seq: number | undefined): Promise<DecidingEntry> {
  if (entry === undefined) {
    const message = seq === undefined ? 'Nothing was decided yet.' : 'There is no such decision.';
    throw new DomainError('NOT_FOUND', { message });
  }
  const { details } = entry;
  if (details === null) {
    throw new DomainError('NOT_FOUND', { message: 'The details of this decision were erased.' });
  }
  const verdict = await verifyLedger([entry], { prevHash: entry.prevHash });
  if (!verdict.valid) throw new Error(`Entry ${entry.seq} of a ledger was changed: ${verdict.problem}.`);
  return { ...entry, details };
}
