import type { ConsentView, GrantInput } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { hasNotice } from '../../database/queries/consent.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { type LockedLedger, lockLedger } from '../ledger/append-entry.ts';
import { granted, revoked, sameTerms, toConsentView } from './consent-state.ts';
import { type FoundConsent, settleConsent, withdrawConsent, writeConsent } from './settle-consent.ts';

/**
 * Grants, or changes the terms of a consent that stands. What changes nothing writes nothing.
 * @throws DomainError `NOT_FOUND` for an unknown category, `INVALID_INPUT` for an end in the past or a
 *   notice that was never published
 */
export async function grantConsent(trx: Trx, caller: PersonCaller, input: GrantInput): Promise<ConsentView> {
  const { ledger, consent } = await lockConsent(trx, caller, input.categoryId);
  return grant(trx, caller, ledger, consent, input);
}

/**
 * Revokes, and with it every open request on the category. What changes nothing writes nothing.
 * @throws DomainError `NOT_FOUND` for an unknown category
 */
export async function revokeConsent(
  trx: Trx,
  caller: PersonCaller,
  categoryId: number,
): Promise<ConsentView> {
  const { ledger, consent } = await lockConsent(trx, caller, categoryId);
  return revoke(trx, caller, ledger, consent);
}

/** Revokes what is granted, grants what is not: one of the two, whatever happens beside it. */
export async function toggleConsent(
  trx: Trx,
  caller: PersonCaller,
  categoryId: number,
): Promise<ConsentView> {
  const { ledger, consent } = await lockConsent(trx, caller, categoryId);
  return consent.granted === true
    ? revoke(trx, caller, ledger, consent)
    : grant(trx, caller, ledger, consent, {});
}

async function lockConsent(trx: Trx, { principal }: PersonCaller, categoryId: number) {
  const ledger = await lockLedger(trx, principal.userId);
  const consent = ledger && (await settleConsent(trx, ledger, categoryId));
  if (ledger === undefined || consent === undefined) throw new DomainError('NOT_FOUND');
  return { ledger, consent };
}

async function grant(
  trx: Trx,
  { principal }: PersonCaller,
  ledger: LockedLedger,
  before: FoundConsent,
  input: Omit<GrantInput, 'categoryId'>,
): Promise<ConsentView> {
  const terms = {
    expiresAt: futureMoment(input.expiresAt, ledger.now),
    noticeVersion: input.noticeVersion ?? before.currentNoticeVersion,
    noticeLanguage: principal.user.language,
  };
  if (sameTerms(before, terms)) return toConsentView(before, ledger.now);
  if (
    terms.noticeVersion !== before.currentNoticeVersion &&
    !(await hasNotice(trx, before.categoryId, terms.noticeVersion, terms.noticeLanguage))
  ) {
    throw invalidField('noticeVersion', 'There is no such version of this notice.');
  }
  const after = granted(ledger.now, terms, before);
  const action = before.granted === true ? 'CONSENT_MODIFIED' : 'CONSENT_GRANTED';
  await writeConsent(trx, ledger, before, after, action, { kind: 'person', id: principal.userId });
  return toConsentView({ ...before, ...after }, ledger.now);
}

async function revoke(
  trx: Trx,
  { principal }: PersonCaller,
  ledger: LockedLedger,
  before: FoundConsent,
): Promise<ConsentView> {
  if (before.granted !== true) return toConsentView(before, ledger.now);
  const after = revoked(before, ledger.now);
  const actor = { kind: 'person', id: principal.userId } as const;
  await withdrawConsent(trx, ledger, before, after, 'CONSENT_REVOKED', actor);
  return toConsentView({ ...before, ...after }, ledger.now);
}

// A zone's offset can carry 9999 over; ISO 8601 writes later years with a sign, which few readers know.
const LAST_MOMENT = new Date('9999-12-31T23:59:59.999Z');

/** @throws DomainError `INVALID_INPUT` on `expiresAt` for a moment that is not in the future, or in no year of four digits */
export function futureMoment(moment: string | null | undefined, now: Date): Date | null {
  if (moment === undefined || moment === null) return null;
  const end = new Date(moment);
  if (end <= now) throw invalidField('expiresAt', 'The end must be in the future.');
  if (end > LAST_MOMENT) throw invalidField('expiresAt', 'The end must be before the year 10000.');
  return end;
}
