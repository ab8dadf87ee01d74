import {
  canonicalUsername,
  ERROR_CODES,
  type ProfileUpdateInput,
  type Role,
  type SignUpInput,
} from '@truconn/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Trx } from '../../database/connection.ts';
import {
  findPerson,
  findTaken,
  insertOrganization,
  insertUser,
} from '../../database/queries/auth.queries.ts';
import type { PersonRecord } from '../../database/queries/person-columns.ts';
import { insertProfile } from '../../database/queries/profile.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Caller } from '../caller.ts';
import { DomainError, invalidField } from '../domain-error.ts';
import { beginLedger } from '../ledger/append-entry.ts';
import { enqueueMail } from '../mail/mail-job.ts';
import { fileApplication, needsNoApplication } from '../profile/officer-application.ts';
import type { Services } from '../services.ts';
import { type PasswordPolicy, requireStrongPassword, STRICT_POLICY } from './password-policy.ts';
import { translateTaken } from './taken.ts';

/** What a new account is made of: a sign-up's fields, and what its profile is to say from the start. */
export type AccountInput = SignUpInput & Pick<ProfileUpdateInput, 'bio' | 'mobile' | 'address'>;

/** An account that was just made, with the epoch of its password: enough to open a session. */
export interface CreatedAccount {
  person: PersonRecord;
  credentialEpoch: number;
}

/**
 * Makes an account with its profile, its ledger, its organization for the role ORGANIZATION, and its
 * application to be an officer where it asks for that, in one transaction, and promises a mail that
 * verifies the address. Takes any role, for whoever may decide that: the command line makes administrators.
 * @throws DomainError `INVALID_INPUT`, `EMAIL_TAKEN`, `USERNAME_TAKEN`, `OVERLOADED`
 */
export async function createAccount(
  services: Pick<Services, 'database' | 'passwords' | 'turns'>,
  caller: Caller,
  input: AccountInput & { role: Role },
  policy: PasswordPolicy = STRICT_POLICY,
): Promise<CreatedAccount> {
  const username = requireOwnUsername(input.username ?? input.email, input.email);
  requireStrongPassword(input.password, toPasswordContext(input, username), 'password', policy);
  // Many sign-ups of one address at once would all be hashed for one to win: they take turns instead.
  return services.turns.run(`sign-up of ${input.email}`, async () => {
    await refuseTaken(services, input.email, username);
    const passwordHash = await services.passwords.hash(input.password);
    return services.database
      .transact((trx) => insertAccount(trx, caller, input, username, passwordHash))
      .catch(translateTaken);
  });
}

/** @throws DomainError `INVALID_INPUT` when a username looks like somebody else's e-mail address */
export function requireOwnUsername(username: string, email: string): string {
  if (username.includes('@') && canonicalUsername(username) !== email) {
    throw invalidField('username', 'A username with @ in it must be your own e-mail address.');
  }
  return username;
}

function toPasswordContext(input: SignUpInput, username: string) {
  return { email: input.email, username, names: [input.firstName, input.lastName, input.organizationName] };
}

async function refuseTaken(
  { database }: Pick<Services, 'database'>,
  email: string,
  username: string,
): Promise<void> {
  const taken = await findTaken(database.kysely, email, canonicalUsername(username));
  if (taken.email && taken.username && canonicalUsername(username) !== email) throw bothTaken();
  if (taken.email) throw new DomainError('EMAIL_TAKEN');
  if (taken.username) throw new DomainError('USERNAME_TAKEN');
}

function bothTaken(): DomainError {
  const { EMAIL_TAKEN, USERNAME_TAKEN } = ERROR_CODES;
  const fields = { email: [EMAIL_TAKEN.message], username: [USERNAME_TAKEN.message] };
  return new DomainError('EMAIL_TAKEN', { fields });
}

async function insertAccount(
  trx: Trx,
  caller: Caller,
  input: AccountInput & { role: Role },
  username: string,
  passwordHash: string,
): Promise<CreatedAccount> {
  const id = uuidv7();
  const createdAt = new Date();
  const credentialEpoch = await insertUser(trx, {
    id,
    email: input.email,
    username,
    username_canonical: canonicalUsername(username),
    first_name: input.firstName ?? null,
    last_name: input.lastName ?? null,
    role: input.role,
    password_hash: passwordHash,
    created_at: createdAt,
  });
  await insertProfile(trx, {
    user_id: id,
    language: input.language ?? 'en',
    bio: input.bio ?? null,
    mobile: input.mobile ?? null,
    address: input.address ?? null,
  });
  if (input.role === 'ORGANIZATION') await insertOrganization(trx, id, toOrganization(input, createdAt));
  await beginLedger(trx, id);
  await recordAudit(trx, caller, 'user.signed_up', { subjectId: id, details: { role: input.role } });
  if (input.isOfficer === true && !needsNoApplication(input.role)) {
    await fileApplication(trx, caller, id, null);
  }
  await enqueueMail(trx, { kind: 'verify_email', userId: id, email: input.email });
  const person = await findPerson(trx, id);
  if (person === undefined) throw new Error('unreachable: the account was just made');
  return { person, credentialEpoch };
}

function toOrganization(input: SignUpInput, createdAt: Date) {
  const name = input.organizationName;
  if (name === undefined) throw invalidField('organizationName', 'This field is required.');
  return {
    id: uuidv7(),
    name,
    website: input.organizationWebsite ?? null,
    address: input.organizationAddress ?? null,
    created_at: createdAt,
  };
}
