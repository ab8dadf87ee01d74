import type { ApplicationStatus } from '@truconn/contract';
import type { Insertable, Updateable } from 'kysely';
import type { Executor, Trx } from '../connection.ts';
import type { OfficerApplicationsTable } from '../tables.ts';

/** An application with the person who wrote it. */
export interface ApplicationRecord {
  id: string;
  userId: string;
  email: string;
  firstName: string | null;
  lastName: string | null;
  status: ApplicationStatus;
  statement: string | null;
  appliedAt: Date;
  decidedAt: Date | null;
  reason: string | null;
}

function selectApplications(db: Executor) {
  return db
    .selectFrom('officer_applications as application')
    .innerJoin('users as person', 'person.id', 'application.user_id')
    .select([
      'application.id',
      'application.user_id as userId',
      'person.email',
      'person.first_name as firstName',
      'person.last_name as lastName',
      'application.status',
      'application.statement',
      'application.applied_at as appliedAt',
      'application.decided_at as decidedAt',
      'application.reason',
    ]);
}

/** A page of applications, newest first. */
export async function listApplications(
  db: Executor,
  page: { before: string | undefined; limit: number; status: ApplicationStatus | undefined },
): Promise<ApplicationRecord[]> {
  return selectApplications(db)
    .$if(page.before !== undefined, (query) => query.where('application.id', '<', page.before as string))
    .$if(page.status !== undefined, (query) =>
      query.where('application.status', '=', page.status as ApplicationStatus),
    )
    .orderBy('application.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function findApplication(
  db: Executor,
  applicationId: string,
): Promise<ApplicationRecord | undefined> {
  return selectApplications(db).where('application.id', '=', applicationId).executeTakeFirst();
}

/** The open application of one person, else the one that was decided last. */
export async function findLatestApplication(
  db: Executor,
  userId: string,
): Promise<ApplicationRecord | undefined> {
  return (
    selectApplications(db)
      .where('application.user_id', '=', userId)
      // An open one, which has no such moment, comes first in PostgreSQL's descending order.
      .orderBy('application.decided_at', 'desc')
      .limit(1)
      .executeTakeFirst()
  );
}

export async function insertApplication(
  trx: Trx,
  application: Insertable<OfficerApplicationsTable>,
): Promise<void> {
  await trx.insertInto('officer_applications').values(application).execute();
}

export async function updateApplication(
  trx: Trx,
  applicationId: string,
  changes: Updateable<OfficerApplicationsTable>,
): Promise<void> {
  await trx.updateTable('officer_applications').set(changes).where('id', '=', applicationId).execute();
}
