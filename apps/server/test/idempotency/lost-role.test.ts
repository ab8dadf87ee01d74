import { expect, test } from 'vitest';
import { startTestApp } from '../support/test-app.ts';
import { callWithKey } from './support.ts';

test('who is no administrator any more gets no kept answer about somebody else', async () => {
  await using app = await startTestApp();
  const admin = await app.signUpAdmin();
  const asha = await app.signUp();
  const act = ['admin.users.disable', { userId: asha.user.id, reason: 'Test' }] as [string, unknown];
  expect((await callWithKey(app, admin, 'act', act)).status).toBe(200);
  expect((await callWithKey(app, admin, 'act', act)).status).toBe(200);

  await app.sql(`update users set role = 'CITIZEN' where id = $1`, [admin.user.id]);
  const { status, body } = await callWithKey(app, admin, 'act', act);
  expect(status).toBe(403);
  expect(JSON.stringify(body)).not.toContain(asha.email);
});
