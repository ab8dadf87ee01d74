import type { MemberCaller } from '../caller.ts';
import type { Limits } from '../limits.ts';

/**
 * Counts a request for access before it takes its turn: what an organization asks in all, and of one person.
 * @throws DomainError `RATE_LIMITED`
 */
export async function chargeRequest(limits: Limits, caller: MemberCaller, personId: string): Promise<void> {
  const organizationId = caller.organization.id;
  await limits.charge(caller, 'access_request', organizationId);
  await limits.charge(caller, 'access_request_person', `${organizationId}:${personId}`);
}
