import type { Migration } from 'kysely/migration';
import * as accounts from './0001-accounts.ts';
import * as sessions from './0002-sessions.ts';
import * as consent from './0003-consent.ts';
import * as ledger from './0004-ledger.ts';
import * as audit from './0005-audit.ts';

/** In the order of their names. A migration that was released is never edited, only followed. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-accounts': accounts,
  '0002-sessions': sessions,
  '0003-consent': consent,
  '0004-ledger': ledger,
  '0005-audit': audit,
};
