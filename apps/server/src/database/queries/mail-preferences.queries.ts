import { MAIL_TOPICS, type MailTopic } from '@truconn/contract';
import { sql } from 'kysely';
import type { Executor, Trx } from '../connection.ts';

/** What a person wants mails about. */
export async function findMailTopics(db: Executor, userId: string): Promise<MailTopic[]> {
  const row = await db
    .selectFrom('profiles')
    .select('mail_about')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.mail_about ?? [];
}

/**
 * Adds and takes away topics, and leaves the others as they are. One statement, so that of two at once each keeps
 * what the other changes.
 * @returns all that the person wants mails about now
 */
export async function changeMailTopics(
  trx: Trx,
  userId: string,
  { added, removed }: { added: MailTopic[]; removed: MailTopic[] },
): Promise<MailTopic[]> {
  const row = await trx
    .updateTable('profiles')
    .set({
      mail_about: sql<MailTopic[]>`array(
        select topic from unnest(${[...MAIL_TOPICS]}::text[]) as topic
        where topic = any(${added}) or (topic = any(mail_about) and topic <> all(${removed})))`,
    })
    .where('user_id', '=', userId)
    .returning('mail_about')
    .executeTakeFirst();
  return row?.mail_about ?? [];
}
