import type { Trx } from '../../database/connection.ts';
import { type LockedCredential, lockEnabledUser } from '../../database/queries/credentials.queries.ts';
import type { MailTokenPurpose } from '../../database/tables.ts';
import { consumeMailToken, findMailToken, invalidMailToken } from './mail-tokens.ts';

/** What a token was good for: the account, locked, and the mailbox that the token went to. */
export interface RedeemedToken {
  account: LockedCredential;
  email: string;
}

/**
 * Uses up the token of an account that is enabled. The account is locked first, as everybody does who changes
 * an account and its tokens; of many calls at once, one gets the token.
 * @throws DomainError `INVALID_INPUT` on `token`
 */
export async function redeemToken(
  trx: Trx,
  purpose: Exclude<MailTokenPurpose, 'accept_invitation'>,
  token: string,
): Promise<RedeemedToken> {
  const userId = (await findMailToken(trx, purpose, token))?.userId;
  const account = userId ? await lockEnabledUser(trx, userId) : undefined;
  const redeemed = account && (await consumeMailToken(trx, purpose, token));
  if (account === undefined || redeemed === undefined) throw invalidMailToken();
  return { account, email: redeemed.email };
}

/**
 * The same, for a token that is good only while the account has the mailbox that it went to.
 * @throws DomainError `INVALID_INPUT` on `token`
 */
export async function redeemOwnToken(
  trx: Trx,
  purpose: 'verify_email' | 'reset_password',
  token: string,
): Promise<RedeemedToken> {
  const redeemed = await redeemToken(trx, purpose, token);
  if (redeemed.account.email !== redeemed.email) throw invalidMailToken();
  return redeemed;
}
