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

/** Who signs in. */
export interface SignInInput {
  /** E-mail address or username. */
  identifier: string;
  password: string;
  /** The client's own unless told: leave it out. */
  credential?: 'cookie' | 'bearer' | undefined;
}

/** Accounts and sessions. */
export interface AuthApi {
  signUp(input: SignUpInput, options?: CallOptions): Promise<User>;
  signIn(input: SignInInput, options?: CallOptions): Promise<SignInResult>;
  refresh(input?: { refreshToken: string }, options?: CallOptions): Promise<TokenPair>;
  me(input?: undefined, options?: CallOptions): Promise<Me>;
  signOut(input?: undefined, options?: CallOptions): Promise<EndedSessions>;
  signOutEverywhere(input?: undefined, options?: CallOptions): Promise<EndedSessions>;
  sessions: List<PageInput, Session>;
  endSession(input: { id: string }, options?: CallOptions): Promise<EndedSessions>;
  changePassword(input: ChangePasswordInput, options?: CallOptions): Promise<EndedSessions>;
  requestEmailVerification(input?: undefined, options?: CallOptions): Promise<MailAccepted>;
  verifyEmail(input: MailTokenInput, options?: CallOptions): Promise<VerifiedEmail>;
  requestPasswordReset(input: { email: string }, options?: CallOptions): Promise<MailAccepted>;
  resetPassword(input: ResetPasswordInput, options?: CallOptions): Promise<EndedSessions>;
  changeEmail(input: ChangeEmailInput, options?: CallOptions): Promise<MailAccepted>;
  confirmEmailChange(input: MailTokenInput, options?: CallOptions): Promise<VerifiedEmail>;
}
