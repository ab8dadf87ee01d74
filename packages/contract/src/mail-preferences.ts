/** What a person can be told of by mail, besides what guards the account. */
export const MAIL_TOPICS = ['requests', 'decisions', 'endings'] as const;
/**
 * `requests`: an organization asks. `decisions`: a request was decided. `endings`: a consent or an access is about to
 * end.
 */
export type MailTopic = (typeof MAIL_TOPICS)[number];
