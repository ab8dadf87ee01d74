import { createHash } from 'node:crypto';
import { canonicalEmail, canonicalUsername } from '@truconn/contract';
import type { CredentialRecord } from '../../database/queries/auth.queries.ts';
import { addressKey } from '../address-key.ts';
import type { Caller } from '../caller.ts';
import type { Services } from '../services.ts';

/** The account that somebody means by an e-mail address or a username, a disabled one included. */
export async function findAccount(
  { credentials }: Pick<Services, 'credentials'>,
  identifier: string,
): Promise<CredentialRecord | undefined> {
  const { column, value } = toCanonical(identifier);
  const rows = await credentials[column === 'email' ? 'byEmail' : 'byUsername'].run([value]);
  return rows[0];
}

/**
 * The name under which tries at an account are counted: by whatever name it is called, it is one. Where there
 * is no account, the identifier has a count of its own, so that nobody learns which ones exist.
 */
export function accountKey(account: CredentialRecord | undefined, identifier: string): string {
  return account?.id ?? createHash('sha256').update(toCanonical(identifier).value).digest('hex');
}

/** The name under which tries at an account are counted that one address was granted. */
export function recoveredKey(accountKey: string, { ip }: Pick<Caller, 'ip'>): string {
  return `${accountKey}:${addressKey(ip)}`;
}

// A username with @ in it is its account's e-mail, so the two never compete.
function toCanonical(identifier: string): { column: 'email' | 'username'; value: string } {
  const email = canonicalEmail(identifier);
  // Asked of the canonical spelling: a full-width @ is one too.
  if (email.includes('@')) return { column: 'email', value: email };
  return { column: 'username', value: canonicalUsername(identifier) };
}
