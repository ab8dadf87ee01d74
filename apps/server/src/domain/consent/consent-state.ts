import type { ConsentState, ConsentView } from '@truconn/contract';
import type { CategoryConsent, StoredConsent } from '../../database/queries/consent.queries.ts';

/** Whether a consent stands at `now`: granted, and not past its end. */
export function stands(consent: Pick<CategoryConsent, 'granted' | 'expiresAt'>, now: Date): boolean {
  return consent.granted === true && !hasRunOut(consent, now);
}

/** Whether a granted consent is past its end; it counts as revoked from that moment. */
export function hasRunOut(consent: Pick<CategoryConsent, 'granted' | 'expiresAt'>, now: Date): boolean {
  return consent.granted === true && consent.expiresAt !== null && consent.expiresAt <= now;
}

/** What granting makes of a consent. */
export function granted(
  now: Date,
  terms: Pick<StoredConsent, 'expiresAt' | 'noticeVersion' | 'noticeLanguage'>,
  before: CategoryConsent,
): StoredConsent {
  const grantedAt = before.granted === true ? before.grantedAt : now;
  return { granted: true, grantedAt, revokedAt: null, ...terms };
}

/** What revoking, or running out at `at`, makes of a consent. */
export function revoked(before: CategoryConsent, at: Date): StoredConsent {
  const { grantedAt, expiresAt, noticeVersion, noticeLanguage } = before;
  return { granted: false, grantedAt, revokedAt: at, expiresAt, noticeVersion, noticeLanguage };
}

/** Whether granting on these terms would change nothing. */
export function sameTerms(
  before: CategoryConsent,
  terms: Pick<StoredConsent, 'expiresAt' | 'noticeVersion' | 'noticeLanguage'>,
): boolean {
  return (
    before.granted === true &&
    before.expiresAt?.getTime() === terms.expiresAt?.getTime() &&
    before.noticeVersion === terms.noticeVersion &&
    before.noticeLanguage === terms.noticeLanguage
  );
}

/** As the ledger keeps it, before and after a change. */
export function toConsentState(consent: CategoryConsent | StoredConsent): ConsentState {
  return {
    granted: consent.granted === true,
    expiresAt: consent.expiresAt?.toISOString() ?? null,
    noticeVersion: consent.noticeVersion,
    noticeLanguage: consent.noticeLanguage,
  };
}

/** As the person sees it at `now`. */
export function toConsentView(consent: CategoryConsent, now: Date): ConsentView {
  const { categoryId, key, name, description, fields } = consent;
  const revokedAt = hasRunOut(consent, now) ? consent.expiresAt : consent.revokedAt;
  return {
    categoryId,
    key,
    name,
    description,
    fields,
    granted: stands(consent, now),
    grantedAt: consent.grantedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    expiresAt: consent.expiresAt?.toISOString() ?? null,
    noticeVersion: consent.noticeVersion,
    noticeLanguage: consent.noticeLanguage,
  };
}
