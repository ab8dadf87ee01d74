import type {
  ChangeEmailInput,
  ChangePasswordInput,
  EndedSessions,
  MailAccepted,
  MailTokenInput,
  Me,
  PageInput,
  ResetPasswordInput,
  Session,
  SignInResult,
  SignUpInput,
  TokenPair,
  User,
  VerifiedEmail,
} from '@truconn/contract';
import type { CallOptions, List } from './calls.ts';

/** What `auth.signIn` takes. */
export interface SignInInput {
  /** E-mail address or username. */
  identifier: string;
  password: string;
  /** The client's own unless told: leave it out. */
  credential?: 'cookie' | 'bearer' | undefined;
}

/** Accounts and sessions. None of these takes an idempotency key: their answers hold credentials. */
export interface AuthApi {
  /**
   * Makes an account, and sends a mail that verifies its address. Signs nobody in.
   * @throws TruConnError `INVALID_INPUT`, `EMAIL_TAKEN`, `USERNAME_TAKEN`, `RATE_LIMITED`, `OVERLOADED`
   * @example
   * const user = await truconn.auth.signUp({
   *   email: 'asha@example.org',
   *   password: 'marigold-tram-42-sky',
   *   firstName: 'Asha',
   *   lastName: 'Patel',
   * });
   */
  signUp(input: SignUpInput, options?: CallOptions): Promise<User>;
  /**
   * Signs in. The client keeps what the session needs and sends it with every call; the tokens that `bearer`
   * answers are for whoever wants to look.
   * @throws TruConnError `INVALID_CREDENTIALS`, `RATE_LIMITED`, `OVERLOADED`, `ORIGIN_REFUSED` for a page of
   *   another site
   * @example
   * const { user } = await truconn.auth.signIn({
   *   identifier: 'asha@example.org',
   *   password: 'marigold-tram-42-sky',
   * });
   */
  signIn(input: SignInInput, options?: CallOptions): Promise<SignInResult>;
  /**
   * Refreshes the tokens of a `bearer` client now; calls do so by themselves. However many ask, one refresh is under
   * way.
   * @param input a refresh token from elsewhere, whose session the client takes over; its own unless told
   * @throws TruConnError `TOKEN_REUSED`, `SESSION_EXPIRED`, `UNAUTHENTICATED`, `RATE_LIMITED`, `STORAGE_FAILED`
   * @example
   * const { accessTokenExpiresAt } = await truconn.auth.refresh();
   */
  refresh(input?: { refreshToken: string }, options?: CallOptions): Promise<TokenPair>;
  /**
   * Answers who is signed in, and through which session.
   * @throws TruConnError `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * const { user, session } = await truconn.auth.me();
   * console.log(user.email, session.expiresAt);
   */
  me(input?: undefined, options?: CallOptions): Promise<Me>;
  /**
   * Ends this session, with every token and cookie that stands for it.
   * @throws TruConnError `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * await truconn.auth.signOut();
   */
  signOut(input?: undefined, options?: CallOptions): Promise<EndedSessions>;
  /**
   * Ends all of the person's sessions, this one included.
   * @throws TruConnError `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * const { endedSessions } = await truconn.auth.signOutEverywhere();
   */
  signOutEverywhere(input?: undefined, options?: CallOptions): Promise<EndedSessions>;
  /**
   * Lists the person's sessions, newest first.
   * @throws TruConnError `UNAUTHENTICATED`, `SESSION_EXPIRED`, `INVALID_INPUT`
   * @example
   * for await (const session of truconn.auth.sessions.all()) {
   *   console.log(session.userAgent, session.lastSeenAt, session.current);
   * }
   */
  sessions: List<PageInput, Session>;
  /**
   * Ends one of the person's sessions, such as that of a lost telephone.
   * @param input `Session.id`
   * @throws TruConnError `NOT_FOUND` for one that is not theirs or has ended, `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * const { items } = await truconn.auth.sessions();
   * for (const { id, current } of items) if (!current) await truconn.auth.endSession({ id });
   */
  endSession(input: { id: string }, options?: CallOptions): Promise<EndedSessions>;
  /**
   * Changes the password, and ends every other session. The person is told by mail.
   * @throws TruConnError `INVALID_CREDENTIALS` for a wrong current password, `INVALID_INPUT`, `RATE_LIMITED`,
   *   `OVERLOADED`, `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * await truconn.auth.changePassword({
   *   currentPassword: 'marigold-tram-42-sky',
   *   newPassword: 'lantern-river-17-moss',
   * });
   */
  changePassword(input: ChangePasswordInput, options?: CallOptions): Promise<EndedSessions>;
  /**
   * Sends another mail with a link that verifies the account's address; none when it is verified.
   * @throws TruConnError `RATE_LIMITED`, `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * await truconn.auth.requestEmailVerification();
   */
  requestEmailVerification(input?: undefined, options?: CallOptions): Promise<MailAccepted>;
  /**
   * Verifies an address with the token of a mail; nobody need be signed in. A token works once.
   * @throws TruConnError `INVALID_INPUT` on `token`, `RATE_LIMITED`
   * @example
   * const token = 'from the link in the mail';
   * const { email } = await truconn.auth.verifyEmail({ token });
   */
  verifyEmail(input: MailTokenInput, options?: CallOptions): Promise<VerifiedEmail>;
  /**
   * Sends a mail with a link that sets a new password, if an account has this address; the answer does not say
   * whether.
   * @throws TruConnError `RATE_LIMITED`, `INVALID_INPUT`
   * @example
   * await truconn.auth.requestPasswordReset({ email: 'asha@example.org' });
   */
  requestPasswordReset(input: { email: string }, options?: CallOptions): Promise<MailAccepted>;
  /**
   * Sets a new password with the token of a mail, and ends every session of the account.
   * @throws TruConnError `INVALID_INPUT` on `token` or `newPassword`, `RATE_LIMITED`, `OVERLOADED`
   * @example
   * const token = 'from the link in the mail';
   * await truconn.auth.resetPassword({ token, newPassword: 'lantern-river-17-moss' });
   */
  resetPassword(input: ResetPasswordInput, options?: CallOptions): Promise<EndedSessions>;
  /**
   * Sends a link to a new address, and tells the old one. Nothing changes until the link is opened.
   * @throws TruConnError `INVALID_CREDENTIALS` for a wrong password, `INVALID_INPUT`, `RATE_LIMITED`, `OVERLOADED`,
   *   `UNAUTHENTICATED`, `SESSION_EXPIRED`
   * @example
   * await truconn.auth.changeEmail({
   *   newEmail: 'asha.patel@example.org',
   *   password: 'marigold-tram-42-sky',
   * });
   */
  changeEmail(input: ChangeEmailInput, options?: CallOptions): Promise<MailAccepted>;
  /**
   * Makes the address that the token's mail went to the account's own; nobody need be signed in.
   * @throws TruConnError `INVALID_INPUT` on `token`, `EMAIL_TAKEN` when another account was faster, `RATE_LIMITED`
   * @example
   * const token = 'from the link in the mail';
   * const { email } = await truconn.auth.confirmEmailChange({ token });
   */
  confirmEmailChange(input: MailTokenInput, options?: CallOptions): Promise<VerifiedEmail>;
}
