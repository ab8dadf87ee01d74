import type { Trx } from '../../database/connection.ts';
import type { ComposedMail } from './mail-content.ts';
import type { MailJob } from './mail-job.ts';

/** A mail as its job has it. */
export type AskedMail<Kind extends MailJob['kind'] = MailJob['kind']> = Extract<MailJob, { kind: Kind }> & {
  askedAt: string;
};

/**
 * How one kind of mail comes about; nothing when there is nothing to send any more.
 * @param publicUrl origin of the links; never a request's Host
 */
export type Composer<Kind extends MailJob['kind']> = (
  trx: Trx,
  job: AskedMail<Kind>,
  publicUrl: string,
) => Promise<ComposedMail | undefined>;
