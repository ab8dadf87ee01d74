import type { AccessRequest, RequestAccessInput } from '@truconn/contract';
import { grantAndAsk, mutateAs } from '../consent/support.ts';
import type { CallAnswer, Person, TestApp } from '../support/test-app.ts';

/** An organization's request that the person has approved. */
export async function approve(
  person: Person,
  organization: Person,
  input: Partial<RequestAccessInput> = {},
): Promise<AccessRequest> {
  const { id } = await grantAndAsk(person, organization, input);
  return person.client.orgAccess.decide.mutate({ requestId: id, decision: 'approve' });
}

/** An organization's raw read. */
export function readAs(app: TestApp, organization: Person, requestId: string): Promise<CallAnswer> {
  return mutateAs(app, organization, 'orgAccess.read', { requestId });
}

/** What a raw read came to: `released`, or the code of its refusal. */
export function endingOf({ status, body }: CallAnswer): string {
  return status === 200 ? 'released' : body.error.data.code;
}
