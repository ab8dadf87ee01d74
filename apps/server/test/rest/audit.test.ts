import { expect, it } from 'vitest';
import { startTestApp } from '../support/test-app.ts';
import { credentialsOf, signInByRest } from './support.ts';

it('a denial at a documented URL is in the audit log, under the name of the procedure', async () => {
  await using app = await startTestApp();
  const headers = credentialsOf(await signInByRest(app))['Bearer JWT'];
  const answer = await app.rest('GET /api/organization/detail/', { headers });
  expect(answer.status).toBe(403);
  const events = await app.sql("select details from audit_events where action = 'access.denied'");
  expect(events).toEqual([{ details: { procedure: 'compat.organization' } }]);
});
