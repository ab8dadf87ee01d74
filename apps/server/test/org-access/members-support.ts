import { createHash, randomBytes } from 'node:crypto';
import type { Invitation, Membership } from '@truconn/contract';
import { endingOf } from '../support/calls.ts';
import type { CallAnswer, Person, TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';

/** The token of a link that an invitation's mail could hold. */
export async function giveToken(app: TestApp, invitation: Pick<Invitation, 'id'>): Promise<string> {
  const token = randomBytes(20).toString('hex');
  await app.sql(
    `insert into mail_tokens (hash, purpose, invitation_id, email, created_at, expires_at)
       select $1, 'accept_invitation', id, email, now(), now() + interval '168 hours'
       from organization_invitations where id = $2`,
    [createHash('sha256').update(token).digest('hex'), invitation.id],
  );
  return token;
}

/** Somebody new who was invited and has accepted. */
export async function signUpMember(
  app: TestApp,
  owner: Person,
  membership: Membership = 'member',
): Promise<Person> {
  const person = await app.signUp();
  await letIn(app, owner, person, membership);
  return person;
}

/** Invites somebody, who accepts. */
export async function letIn(
  app: TestApp,
  owner: Person,
  person: Person,
  membership: Membership = 'member',
): Promise<void> {
  const invitation = await owner.client.orgAccess.members.invite.mutate({ email: person.email, membership });
  await person.client.orgAccess.members.accept.mutate({ token: await giveToken(app, invitation) });
}

/** The people of an organization, as the database has them: `{ '<id>': 'owner' }`. */
export async function readMemberships(app: TestApp, organization: Person): Promise<Record<string, string>> {
  const rows = await app.sql<{ user_id: string; membership: string }>(
    'select user_id, membership from memberships where organization_id = $1',
    [organizationOf(organization)],
  );
  return Object.fromEntries(rows.map((row) => [row.user_id, row.membership]));
}

export function organizationOf(person: Person): string {
  const id = person.user.organization?.id;
  if (id === undefined) throw new Error('This person belongs to no organization.');
  return id;
}

interface AuditLine {
  action: string;
  actor: string | null;
  subject: string | null;
  details: Record<string, unknown>;
}

/** What a raw call left in the audit log, oldest first. */
export async function auditOf(app: TestApp, answer: CallAnswer): Promise<AuditLine[]> {
  return app.sql<AuditLine & Record<string, unknown>>(
    `select action, actor_id as actor, subject_id as subject, details
       from audit_events where request_id = $1 order by id`,
    [answer.headers.get('x-request-id')],
  );
}

/** The mails that wait to be sent because of one invitation or application. */
export async function countMails(app: TestApp, kind: string, id: string): Promise<number> {
  const rows = await app.sql<{ count: number }>(
    `select count(*)::integer as count from graphile_worker._private_jobs
       where payload->>'kind' = $1 and $2 in (payload->>'invitationId', payload->>'applicationId')`,
    [kind, id],
  );
  return rows[0]?.count ?? -1;
}

/**
 * How a call ends that waits for a lock while something changes under it.
 * @param other the same database seen through another connection
 */
export async function endingBehindLock(
  app: TestApp,
  other: TestApp,
  {
    lock,
    call,
    change,
  }: Record<'lock' | 'change', [text: string, id: string]> & { call: () => Promise<unknown> },
): Promise<string> {
  // `sql` has one connection, so that these are one transaction.
  await app.sql('begin');
  await app.sql(lock[0], [lock[1]]);
  const ending = endingOf(call());
  const waiting = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  await eventually(async () => (await other.sql(waiting)).length > 0);
  await app.sql(change[0], [change[1]]);
  await app.sql('commit');
  return ending;
}
