import { canonicalEmail, canonicalUsername, PASSWORD_LENGTH, passwordLengthProblem } from '@truconn/contract';
import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';

const MIN_CONTEXT_LETTERS = 4;

/** What an attacker who knows the account would try first. */
export interface PasswordContext {
  email: string;
  username?: string | undefined;
  names: readonly (string | null | undefined)[];
}

/** Which rules a new password has to keep, besides its length and the words about its owner. */
export interface PasswordPolicy {
  /** Common passwords are refused. */
  common: boolean;
  /** Upper and lower case, a digit and another character are asked for. */
  composition: boolean;
}

/** TruConn's own. */
export const STRICT_POLICY: PasswordPolicy = { common: true, composition: false };
/** For older systems whose documents give short common passwords as examples. */
export const LENGTH_POLICY: PasswordPolicy = { common: false, composition: false };
/** For the one whose document asks for a composition. */
export const COMPOSITION_POLICY: PasswordPolicy = { common: false, composition: true };

/** What an older system's document asks of a new password: a length alone, or a composition, too. */
export type PasswordRules = 'length' | 'composition';

/** The policy at an older system's addresses: what its document asks, or our own where the setting says so. */
export function policyOf({ compat }: Pick<Services, 'compat'>, rules: PasswordRules): PasswordPolicy {
  if (compat === 'strict') return STRICT_POLICY;
  return rules === 'composition' ? COMPOSITION_POLICY : LENGTH_POLICY;
}

// The list holds about 18,000 passwords of eight characters and more, in lower case.
const COMMON = new Set(dictionary['passwords-common'].filter((word) => word.length >= PASSWORD_LENGTH.min));

/**
 * Refuses a new password that is too short, too long, made of what is known about its owner, or common.
 * The strict policy asks for no composition of characters (NIST SP 800-63B-4 3.1.1.2; ASVS 5.0.0 6.2.1, 6.2.4,
 * 6.2.5).
 * @param field the input's name, for the error
 * @throws DomainError `INVALID_INPUT` with the reason on `field`
 */
export function requireStrongPassword(
  password: string,
  context: PasswordContext,
  field: string,
  policy: PasswordPolicy = STRICT_POLICY,
): void {
  const normalized = password.normalize('NFC');
  const reason =
    passwordLengthProblem(normalized) ??
    (policy.composition ? compositionProblem(normalized) : undefined) ??
    guessProblem(normalized.toLowerCase(), context, policy);
  if (reason !== undefined) throw new DomainError('INVALID_INPUT', { fields: { [field]: [reason] } });
}

function compositionProblem(password: string): string | undefined {
  const kinds = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{N}\s]/u];
  if (kinds.every((kind) => kind.test(password))) return undefined;
  return 'A password has an upper case letter, a lower case letter, a digit and a special character.';
}

function guessProblem(
  password: string,
  context: PasswordContext,
  { common }: PasswordPolicy,
): string | undefined {
  if (common && COMMON.has(password)) return 'This password is among the most common ones; choose another.';
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
