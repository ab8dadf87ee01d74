import type { Invitation } from '@truconn/contract';
import { expect, it } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { forgetInvitations } from '../../src/domain/org-access/forget-invitations.ts';
import { useTestApp } from '../consent/support.ts';
import { newPerson } from '../support/test-app.ts';
import { giveToken } from './members-support.ts';

const app = useTestApp();

it('invitations are forgotten 30 days after they ended, whichever way, with their tokens', async () => {
  const hospital = await app().signUpOrganization();
  const ids: Record<string, string> = {};
  const invite = async (name: string, change: string): Promise<Invitation> => {
    const invitation = await hospital.client.orgAccess.members.invite.mutate({ email: newPerson().email });
    await giveToken(app(), invitation);
    await app().sql(`update organization_invitations set ${change} where id = $1`, [invitation.id]);
    ids[invitation.id] = name;
    return invitation;
  };
  for (const days of [29, 31]) {
    const then = `now() - interval '${days} days'`;
    await invite(`accepted ${days}`, `accepted_at = ${then}`);
    await invite(`cancelled ${days}`, `cancelled_at = ${then}`);
    await invite(`run out ${days}`, `expires_at = ${then}`);
    await invite(`run out, cancelled after ${days}`, `expires_at = ${then}, cancelled_at = now()`);
    await invite(`asked ${days}`, `invited_at = ${then}`);
  }
  const database = connectDatabase(app().database.appUrl, { maxConnections: 1 });
  await forgetInvitations(database.kysely);
  await database.close();
  const kept = ['accepted 29', 'cancelled 29', 'run out 29', 'run out, cancelled after 29'];
  for (const [table, column] of [
    ['organization_invitations', 'id'],
    ['mail_tokens', 'invitation_id'],
  ]) {
    const left = await app().sql<{ id: string }>(
      `select ${column} as id from ${table} where ${column} = any($1) order by ${column}`,
      [Object.keys(ids)],
    );
    expect(left.map(({ id }) => ids[id])).toEqual([...kept, 'asked 29', 'asked 31']);
  }
});
