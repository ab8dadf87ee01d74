import type { AccessRequest } from '@truconn/contract';
import type { AccessRequestRecord } from '../../database/queries/org-access.queries.ts';

/** A request as both sides see it. */
export function toAccessRequest(request: AccessRequestRecord): AccessRequest {
  return {
    id: request.id,
    organization: {
      id: request.organizationId,
      name: request.organizationName,
      verified: request.organizationVerifiedAt !== null,
    },
    user: { id: request.userId, firstName: request.firstName, lastName: request.lastName },
    categoryId: request.categoryId,
    purpose: request.purpose,
    status: request.status,
    expiresAt: request.expiresAt?.toISOString() ?? null,
    maxReads: request.maxReads,
    readsLeft: request.maxReads === null ? null : request.maxReads - request.reads,
    requestedAt: request.requestedAt.toISOString(),
    decidedAt: request.decidedAt?.toISOString() ?? null,
  };
}
