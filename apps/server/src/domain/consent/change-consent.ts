import type { ConsentView, GrantInput, Language } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import {
  findConsentAndOffer,
  type OfferedNotice,
  type ShownConsent,
} from '../../database/queries/consent.queries.ts';
import type { PersonCaller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { futureMoment } from '../future-moment.ts';
import { type LockedLedger, lockLedger } from '../ledger/append-entry.ts';
import { granted, revoked, sameTerms, toConsentView } from './consent-state.ts';
import { settleFound, withdrawConsent, writeConsent } from './settle-consent.ts';

type GrantTerms = Omit<GrantInput, 'categoryId'>;

/** A consent that the caller's transaction may change, and the notice that they can agree to. */
interface LockedConsent {
  ledger: LockedLedger;
  consent: ShownConsent;
  offered: OfferedNotice | undefined;
}

/**
 * Grants, or changes the terms of a consent that stands: agreeing to the current notice moves it there. What changes
 * nothing writes nothing.
 * @throws DomainError `NOT_FOUND` for an unknown category, `INVALID_INPUT` for an end in the past or a
 *   notice that was never published or has been withdrawn
 */
export async function grantConsent(
  trx: Trx,
  caller: PersonCaller,
  { categoryId, ...terms }: GrantInput,
): Promise<ConsentView> {
  return grant(trx, caller, await lockConsent(trx, caller, categoryId, terms), terms);
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
  return revoke(trx, caller, await lockConsent(trx, caller, categoryId));
}

/** Revokes what is granted, grants what is not: one of the two, whatever happens beside it. */
export async function toggleConsent(
  trx: Trx,
  caller: PersonCaller,
  categoryId: number,
): Promise<ConsentView> {
  const locked = await lockConsent(trx, caller, categoryId);
  return locked.consent.granted === true ? revoke(trx, caller, locked) : grant(trx, caller, locked);
}

async function lockConsent(
  trx: Trx,
  caller: PersonCaller,
  categoryId: number,
  terms: GrantTerms = {},
): Promise<LockedConsent> {
  const { userId, user } = caller.principal;
  const ledger = await lockLedger(trx, userId);
  const shown = {
    version: terms.noticeVersion,
    language: languageOf(caller, terms),
    ownLanguage: user.language,
  };
  const found = ledger && (await findConsentAndOffer(trx, userId, categoryId, shown));
  if (ledger === undefined || found === undefined) throw new DomainError('NOT_FOUND');
  return { ledger, consent: await settleFound(trx, ledger, found.consent), offered: found.offered };
}

function languageOf({ principal }: PersonCaller, { noticeLanguage }: GrantTerms): Language {
  return noticeLanguage ?? principal.user.language;
}

async function grant(
  trx: Trx,
  caller: PersonCaller,
  { ledger, consent: before, offered }: LockedConsent,
  input: GrantTerms = {},
): Promise<ConsentView> {
  const terms = {
    expiresAt: futureMoment(input.expiresAt, ledger.now),
    noticeVersion: input.noticeVersion ?? before.currentNoticeVersion,
    noticeLanguage: languageOf(caller, input),
  };
  if (sameTerms(before, terms)) return toConsentView(before, ledger.now);
  const after = granted(ledger.now, terms, requireOffer(offered, ledger.now), before);
  const action = before.granted === true ? 'CONSENT_MODIFIED' : 'CONSENT_GRANTED';
  await writeConsent(trx, ledger, before, after, { action, actor: actorOf(caller) });
  return toConsentView({ ...before, ...after }, ledger.now);
}

function requireOffer(offered: OfferedNotice | undefined, now: Date): OfferedNotice {
  if (offered === undefined) throw invalidField('noticeVersion', 'There is no such version of this notice.');
  if (offered.withdrawnAt !== null && offered.withdrawnAt <= now)
    throw invalidField(
      'noticeVersion',
      'This version of the notice has been withdrawn; show the current one.',
    );
  return offered;
}

async function revoke(
  trx: Trx,
  caller: PersonCaller,
  { ledger, consent: before }: LockedConsent,
): Promise<ConsentView> {
  if (before.granted !== true) return toConsentView(before, ledger.now);
  const after = revoked(before, ledger.now);
  const cause = { action: 'CONSENT_REVOKED', actor: actorOf(caller) } as const;
  await withdrawConsent(trx, ledger, before, after, cause);
  return toConsentView({ ...before, ...after }, ledger.now);
}

function actorOf({ principal }: PersonCaller) {
  return { kind: 'person', id: principal.userId } as const;
}
