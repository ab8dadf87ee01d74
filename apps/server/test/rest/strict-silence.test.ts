import { expect, it } from 'vitest';
import { statementsOf, textOf } from '../support/statements.ts';
import { startTestApp } from '../support/test-app.ts';
import { newAccount, signInByRest } from './support.ts';

// By itself, because jobs that run in the same process would ask the database, too.
it('with COMPAT=strict an update of the profile tells nobody whether somebody has the e-mail', async () => {
  await using app = await startTestApp({ env: { COMPAT: 'strict' } });
  const [asha, ravi] = [await signInByRest(app), await signInByRest(app)];
  const headers = { authorization: `Bearer ${asha.access}` };
  const works: string[] = [];
  for (const email of [newAccount().email, ravi.email]) {
    const statements = await statementsOf(async () => {
      const { status, body } = await app.rest('PATCH /api/auth/profile/', { body: { email }, headers });
      expect([status, body.email]).toEqual([200, asha.email]);
    });
    works.push(statements.map(textOf).join('\n'));
  }
  expect(works[1]).toBe(works[0]);
});
