import {
  MAIL_TOPICS,
  type MailPreferences,
  type MailPreferencesInput,
  type MailTopic,
} from '@truconn/contract';
import type { Executor, Trx } from '../../database/connection.ts';
import { changeMailTopics, findMailTopics } from '../../database/queries/mail-preferences.queries.ts';
import type { PersonCaller } from '../caller.ts';

/** Which mails the caller gets. */
export async function getMailPreferences(
  db: Executor,
  { principal }: PersonCaller,
): Promise<MailPreferences> {
  return toPreferences(await findMailTopics(db, principal.userId));
}

/** Changes what is given and leaves the rest. It holds for mails that wait to be sent, too. */
export async function setMailPreferences(
  trx: Trx,
  { principal }: PersonCaller,
  input: MailPreferencesInput,
): Promise<MailPreferences> {
  const added = MAIL_TOPICS.filter((topic) => input[topic] === true);
  const removed = MAIL_TOPICS.filter((topic) => input[topic] === false);
  return toPreferences(await changeMailTopics(trx, principal.userId, { added, removed }));
}

function toPreferences(topics: readonly MailTopic[]): MailPreferences {
  return {
    requests: topics.includes('requests'),
    decisions: topics.includes('decisions'),
    endings: topics.includes('endings'),
  };
}
