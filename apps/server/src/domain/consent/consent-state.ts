import type { ConsentState, ConsentView } from '@truconn/contract';
import type {
  CategoryConsent,
  OfferedNotice,
  ShownConsent,
  StoredConsent,
} from '../../database/queries/consent.queries.ts';

/** When a consent ends by itself, and what ends it. */
export interface ConsentEnd {
  at: Date;
  /** The notice that was agreed to is withdrawn before the consent's own end. */
  byNotice: boolean;
}

type Ending = Pick<CategoryConsent, 'granted' | 'expiresAt' | 'withdrawnAt'>;

/** Whether a consent stands at `now`: granted, and not past its end. */
export function stands(consent: Ending, now: Date): boolean {
  return consent.granted === true && !hasRunOut(consent, now);
}

/** Whether a granted consent is past its end. */
export function hasRunOut(consent: Ending, now: Date): boolean {
  return reachedEnd(consent, now) !== undefined;
}

/** The end that a granted consent has come to, if it has; it counts as revoked from that moment. */
export function reachedEnd(consent: Ending, now: Date): ConsentEnd | undefined {
  const end = consent.granted === true ? endOf(consent) : undefined;
  return end !== undefined && end.at <= now ? end : undefined;
}

// At one moment, the end that the person chose is the one that counts.
function endOf({ expiresAt, withdrawnAt }: Ending): ConsentEnd | undefined {
  if (withdrawnAt !== null && (expiresAt === null || withdrawnAt < expiresAt)) {
    return { at: withdrawnAt, byNotice: true };
  }
  return expiresAt === null ? undefined : { at: expiresAt, byNotice: false };
}

/** What a person agrees to when they grant. */
export type Terms = Pick<StoredConsent, 'expiresAt' | 'noticeVersion' | 'noticeLanguage'>;

/** What granting makes of a consent. */
export function granted(
  now: Date,
  terms: Terms,
  { hash, fields, withdrawnAt }: OfferedNotice,
  before: CategoryConsent,
): StoredConsent & Pick<CategoryConsent, 'agreedFields' | 'withdrawnAt'> {
  const grantedAt = before.granted === true ? before.grantedAt : now;
  const agreed = { noticeHash: hash, agreedFields: fields, withdrawnAt };
  return { granted: true, grantedAt, revokedAt: null, ...terms, ...agreed };
}

/** What revoking, or coming to its end at `at`, makes of a consent. */
export function revoked(before: CategoryConsent, at: Date): StoredConsent {
  const { grantedAt, expiresAt, noticeVersion, noticeLanguage, noticeHash } = before;
  return { granted: false, grantedAt, revokedAt: at, expiresAt, noticeVersion, noticeLanguage, noticeHash };
}

/** Whether granting on these terms would change nothing. */
export function sameTerms(before: CategoryConsent, terms: Terms): boolean {
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
    noticeHash: consent.noticeHash,
  };
}

/** As the person sees it at `now`. */
export function toConsentView(consent: ShownConsent, now: Date): ConsentView {
  const { categoryId, key, name, description, fields, noticeVersion, currentNoticeVersion } = consent;
  const isGranted = stands(consent, now);
  const revokedAt = reachedEnd(consent, now)?.at ?? consent.revokedAt;
  return {
    categoryId,
    key,
    name,
    description,
    fields,
    releasedFields: isGranted ? consent.agreedFields : null,
    granted: isGranted,
    grantedAt: consent.grantedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    expiresAt: consent.expiresAt?.toISOString() ?? null,
    noticeVersion,
    noticeLanguage: consent.noticeLanguage,
    noticeHash: consent.noticeHash,
    noticeEndsAt: consent.withdrawnAt?.toISOString() ?? null,
    currentNoticeVersion,
    askAgain: isGranted && noticeVersion !== null && noticeVersion < currentNoticeVersion,
    noticeChanges: changesSince(consent),
  };
}

function changesSince({ noticeVersion, noticeChanges }: ShownConsent): ConsentView['noticeChanges'] {
  return noticeChanges
    .filter(({ version }) => noticeVersion !== null && version > noticeVersion)
    .map(({ version, publishedAt, text }) => ({
      version,
      publishedAt: new Date(publishedAt).toISOString(),
      text,
    }));
}
