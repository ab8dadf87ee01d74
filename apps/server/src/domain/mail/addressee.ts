import type { MailTopic } from '@truconn/contract';
import type { Trx } from '../../database/connection.ts';
import { findPerson } from '../../database/queries/auth.queries.ts';
import { findMailTopics } from '../../database/queries/mail-preferences.queries.ts';
import type { PersonRecord } from '../../database/queries/person-columns.ts';
import type { ComposedMail, MailContent } from './mail-content.ts';
import { accessRoom } from './mail-room.ts';

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

/** The same for a mail that the person may not want, and of which they get so many an hour. */
export async function tellIfWanted(
  trx: Trx,
  userId: string,
  topic: MailTopic,
  content: (name: string | null) => MailContent,
): Promise<ComposedMail | undefined> {
  if (!(await findMailTopics(trx, userId)).includes(topic)) return undefined;
  const mail = await tellPerson(trx, userId, content);
  return mail && { ...mail, room: accessRoom(mail.to, topic) };
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
