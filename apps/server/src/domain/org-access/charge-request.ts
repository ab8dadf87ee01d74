import type { OrganizationCaller } from '../caller.ts';
import { DomainError } from '../domain-error.ts';
import type { Limits } from '../limits.ts';
import { ownRefusal } from './many.ts';
import type { CountedRequest, RequestTerms } from './request-access.ts';

/**
 * Counts a request for access before it takes its turn: what an organization asks in all, and of one person.
 * @throws DomainError `RATE_LIMITED`
 */
export async function chargeRequest(
  limits: Limits,
  caller: OrganizationCaller,
  personId: string,
): Promise<void> {
  const organizationId = caller.organization.id;
  await limits.charge(caller, 'access_request', organizationId);
  await limits.charge(caller, 'access_request_person', `${organizationId}:${personId}`);
}

/** Counts each of many requests; what is one too many is refused alone. */
export async function chargeRequests(
  limits: Limits,
  caller: OrganizationCaller,
  requests: readonly RequestTerms[],
): Promise<CountedRequest[]> {
  const counted: CountedRequest[] = [];
  for (const terms of requests) {
    const charged = await ownRefusal(() => chargeRequest(limits, caller, terms.userId));
    counted.push({ terms, refusal: charged instanceof DomainError ? charged : undefined });
  }
  return counted;
}
