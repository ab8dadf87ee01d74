import type { Migration } from 'kysely/migration';
import * as accounts from './0001-accounts.ts';
import * as sessions from './0002-sessions.ts';
import * as consent from './0003-consent.ts';
import * as ledger from './0004-ledger.ts';
import * as audit from './0005-audit.ts';
import * as mailTokens from './0006-mail-tokens.ts';
import * as rateLimits from './0007-rate-limits.ts';
import * as officerApplications from './0008-officer-applications.ts';
import * as idempotencyKeys from './0009-idempotency-keys.ts';
import * as organizationEvents from './0010-organization-events.ts';
import * as noticeVersions from './0011-notice-versions.ts';
import * as records from './0012-records.ts';
import * as apiKeys from './0013-api-keys.ts';
import * as releases from './0014-releases.ts';
import * as mailPreferences from './0015-mail-preferences.ts';

/** In the order of their names. A migration that was released is never edited, only followed. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-accounts': accounts,
  '0002-sessions': sessions,
  '0003-consent': consent,
  '0004-ledger': ledger,
  '0005-audit': audit,
  '0006-mail-tokens': mailTokens,
  '0007-rate-limits': rateLimits,
  '0008-officer-applications': officerApplications,
  '0009-idempotency-keys': idempotencyKeys,
  '0010-organization-events': organizationEvents,
  '0011-notice-versions': noticeVersions,
  '0012-records': records,
  '0013-api-keys': apiKeys,
  '0014-releases': releases,
  '0015-mail-preferences': mailPreferences,
};
