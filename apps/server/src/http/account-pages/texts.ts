import type { ErrorCode, Language } from '@truconn/contract';
import { EN } from './texts-en.ts';
import { GU } from './texts-gu.ts';
import { HI } from './texts-hi.ts';

/** The names of the pages, as they stand in the links of mails. */
export const PAGE_NAMES = ['verify-email', 'confirm-email', 'reset-password', 'accept-invitation'] as const;
export type PageName = (typeof PAGE_NAMES)[number];

/** Words that every page uses. Words in braces are filled in: `{email}`. */
type CommonText =
  | 'language'
  | 'needsScript'
  | 'noToken'
  | 'working'
  | 'required'
  | 'showPassword'
  | 'newPassword'
  | 'passwordHint'
  | 'identifier'
  | 'password'
  | 'email'
  | 'firstName'
  | 'lastName'
  | 'signInTitle'
  | 'signInButton'
  | 'signUpTitle'
  | 'signUpButton'
  | 'toSignUp'
  | 'toSignIn'
  | 'signedInAs'
  | 'acceptButton'
  | 'otherAccount';
type PageText =
  | `${PageName}.${'title' | 'intro' | 'done'}`
  | `${Exclude<PageName, 'accept-invitation'>}.button`;
export type TextKey = CommonText | PageText;

/** Errors that have a sentence of their own here; `REPORTED` and `UNEXPECTED` are for all others. */
export type PageError =
  | Extract<
      ErrorCode,
      | 'INVALID_INPUT'
      | 'INVALID_CREDENTIALS'
      | 'UNAUTHENTICATED'
      | 'SESSION_EXPIRED'
      | 'FORBIDDEN'
      | 'HOST_REFUSED'
      | 'ORIGIN_REFUSED'
      | 'EMAIL_NOT_VERIFIED'
      | 'EMAIL_TAKEN'
      | 'USERNAME_TAKEN'
      | 'ALREADY_MEMBER'
      | 'RATE_LIMITED'
      | 'OVERLOADED'
      | 'UNAVAILABLE'
    >
  | 'NETWORK'
  | 'REPORTED'
  | 'UNEXPECTED';

/** The server's reasons on fields, in its own words; a quoted word stands as `"…"`. */
export type Reason =
  | 'This field may not be blank.'
  | 'This field is required.'
  | 'Enter an e-mail address such as jane@example.com.'
  | 'An e-mail address has at most 254 characters.'
  | 'A password has at least 8 characters.'
  | 'A password has at most 256 characters.'
  | 'This password is among the most common ones; choose another.'
  | 'The password must not contain "…".'
  | 'At most 150 characters.'
  | 'Control characters are not allowed.'
  | 'This link is no longer valid; ask for a new one.'
  | 'This invitation is for another e-mail address; sign in with that one.';

/** Everything the pages say in one language. */
export interface PageTexts {
  /** The language's own name. */
  name: string;
  words: Record<TextKey, string>;
  errors: Record<PageError, string>;
  /** Empty in English, which the server speaks itself. */
  reasons: Record<Reason, string> | Record<string, never>;
}

export const TEXTS: Record<Language, PageTexts> = { en: EN, hi: HI, gu: GU };
