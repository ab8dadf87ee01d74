import type { MailTopic } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { findPerson } from '../../database/queries/auth.queries.ts';
import { findMailTopics } from '../../database/queries/mail-preferences.queries.ts';
import type { PersonRecord } from '../../database/queries/person-columns.ts';
import { nameToShow } from '../../shown-name.ts';
import type { ComposedMail, MailContent } from './mail-content.ts';
import { type AccessSubject, accessRoom, unverifiedRoom } from './mail-room.ts';

/** A mail to a person; nothing for one who is gone or disabled. */
export async function tellPerson(
  trx: Trx,
  userId: string,
  content: (name: string | null) => MailContent,
): Promise<ComposedMail | undefined> {
  const person = await findEnabledPerson(trx, userId);
  if (person === undefined) return undefined;
  return { ...addressedTo(person), content: content(nameOf(person)) };
}

/** Whom a mail about access to data goes to. */
export interface Addressee {
  /** Nothing at an address that is perhaps a stranger's: whoever gave it could write there what they like. */
  name: string | null;
  isVerified: boolean;
}

/** The same for a mail about access to data, of which an address gets so many an hour. */
export async function tellOfAccess(
  trx: Trx,
  userId: string,
  about: AccessSubject,
  content: (to: Addressee) => MailContent,
): Promise<ComposedMail | undefined> {
  const person = await findEnabledPerson(trx, userId);
  if (person === undefined) return undefined;
  const isVerified = person.emailVerifiedAt !== null;
  return {
    ...addressedTo(person),
    content: content({ name: isVerified ? nameOf(person) : null, isVerified }),
    room: isVerified ? accessRoom(person.email, about) : unverifiedRoom(person.email),
  };
}

/** The same for a mail that the person may not want. */
export async function tellIfWanted(
  trx: Trx,
  userId: string,
  topic: MailTopic,
  content: (to: Addressee) => MailContent,
): Promise<ComposedMail | undefined> {
  if (!(await findMailTopics(trx, userId)).includes(topic)) return undefined;
  return tellOfAccess(trx, userId, topic, content);
}

export async function findEnabledPerson(trx: Trx, userId: string): Promise<PersonRecord | undefined> {
  const person = await findPerson(trx, userId);
  return person?.disabledAt === null ? person : undefined;
}

export function addressedTo({ email, language }: PersonRecord): Pick<ComposedMail, 'to' | 'language'> {
  return { to: email, language };
}

/** First and last name, as far as there are any. */
export function nameOf(person: { firstName: string | null; lastName: string | null }): string | null {
  return [person.firstName, person.lastName].filter(Boolean).join(' ') || null;
}

/** An organization's name for a mail; an administrator has looked at a verified one, which may well be a web address. */
export function organizationToShow(organization: {
  organizationName: string;
  organizationVerifiedAt: Date | null;
}): string | null {
  const { organizationName, organizationVerifiedAt } = organization;
  return organizationVerifiedAt === null ? nameToShow(organizationName) : organizationName;
}
