import type { AccessRequestRecord } from '../../database/queries/org-access.queries.ts';
import type { NumberedAccessRequest } from '../numbered.ts';

/** A request as both sides see it. */
export function toAccessRequest(request: AccessRequestRecord): NumberedAccessRequest {
  return {
    id: request.id,
    number: request.number,
    organization: {
      id: request.organizationId,
      number: request.organizationNumber,
      name: request.organizationName,
      verified: request.organizationVerifiedAt !== null,
    },
    user: {
      id: request.userId,
      number: request.userNumber,
      firstName: request.firstName,
      lastName: request.lastName,
    },
    categoryId: request.categoryId,
    category: request.categoryName,
    purpose: request.purpose,
    status: request.status,
    expiresAt: request.expiresAt?.toISOString() ?? null,
    maxReads: request.maxReads,
    readsLeft: request.maxReads === null ? null : request.maxReads - request.reads,
    reads: request.reads,
    lastReadAt: request.lastReadAt?.toISOString() ?? null,
    requestedAt: request.requestedAt.toISOString(),
    decidedAt: request.decidedAt?.toISOString() ?? null,
  };
}
