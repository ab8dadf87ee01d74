import { canonicalEmail, canonicalUsername, isPasswordTooLong, PASSWORD_TOO_LONG } from '@truconn/contract';
import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '../domain-error.ts';

const MIN_CODE_POINTS = 8;
const MIN_CONTEXT_LETTERS = 4;

/** What an attacker who knows the account would try first. */
export interface PasswordContext {
  email: string;
  username?: string | undefined;
  names: readonly (string | null | undefined)[];
}

// The list holds about 18,000 passwords of eight characters and more, in lower case.
const COMMON = new Set(dictionary['passwords-common'].filter((word) => word.length >= MIN_CODE_POINTS));

/**
 * Refuses a new password that is too short, too long, common, or made of what is known about its owner.
 * Asks for no composition of characters (NIST SP 800-63B-4 3.1.1.2; ASVS 5.0.0 6.2.1, 6.2.4, 6.2.5).
 * @param field the input's name, for the error
 * @throws DomainError `INVALID_INPUT` with the reason on `field`
 */
export function requireStrongPassword(password: string, context: PasswordContext, field: string): void {
  const normalized = password.normalize('NFC');
  const reason = sizeProblem(normalized) ?? guessProblem(normalized.toLowerCase(), context);
  if (reason !== undefined) throw new DomainError('INVALID_INPUT', { fields: { [field]: [reason] } });
}

function sizeProblem(password: string): string | undefined {
  if (isPasswordTooLong(password)) return PASSWORD_TOO_LONG;
  if ([...password].length >= MIN_CODE_POINTS) return undefined;
  return `A password has at least ${MIN_CODE_POINTS} characters.`;
}

function guessProblem(password: string, context: PasswordContext): string | undefined {
  if (COMMON.has(password)) return 'This password is among the most common ones; choose another.';
  const word = contextWords(context).find((candidate) => password.includes(candidate));
  return word === undefined ? undefined : `The password must not contain "${word}".`;
}

function contextWords(context: PasswordContext): string[] {
  const email = canonicalEmail(context.email);
  const localPart = email.split('@')[0] ?? '';
  const words = ['truconn', localPart, ownUsername(context, email), ...context.names]
    .flatMap((text) => (text ?? '').toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter((word) => word.length >= MIN_CONTEXT_LETTERS && /\p{L}/u.test(word));
  // The whole ones last: the sentence names a single word where one is to blame.
  return [...words, localPart, email].filter((word) => [...word].length >= MIN_CONTEXT_LETTERS);
}

// One that is the e-mail would hold the mail provider's name against its customer.
function ownUsername({ username }: PasswordContext, email: string): string | undefined {
  return username === undefined || canonicalUsername(username) === email ? undefined : username;
}
