import { z } from 'zod';
import type { Api } from './route.ts';

/** An access request with the integers that REST knows it by. */
export type AccessRequest = Awaited<ReturnType<Api['compat']['requestAccess']>>;

/** The statuses that document 1 knows. */
export const status = z.enum(['PENDING', 'APPROVED', 'REVOKED']).meta({
  description: '`REVOKED` also stands for denied, paused, expired and used up.',
});

export function presentStatus({ status }: Pick<AccessRequest, 'status'>): 'PENDING' | 'APPROVED' | 'REVOKED' {
  return status === 'PENDING' || status === 'APPROVED' ? status : 'REVOKED';
}

export const lastAccessed = z.iso.datetime().nullable().meta({
  description: 'When the organization last read the data; `null`: it has not.',
});

export const purpose = z
  .string()
  .nullable()
  .meta({ description: 'Why the organization asks; may be `null`.' });

/** An access request as both sides see it in document 1. */
export const accessRequestAnswer = z
  .object({
    id: z.int(),
    organizationId: z.int(),
    organizationName: z.string(),
    dataType: z.string().meta({ description: 'The category’s name.' }),
    consentId: z.int().meta({ description: 'The category’s id.' }),
    purpose,
    status,
    lastAccessed,
  })
  .meta({ id: 'AccessRequest' });

export function presentRequest(request: AccessRequest): z.infer<typeof accessRequestAnswer> {
  return {
    id: request.number,
    organizationId: request.organization.number,
    organizationName: request.organization.name,
    dataType: request.category,
    consentId: request.categoryId,
    purpose: request.purpose,
    status: presentStatus(request),
    lastAccessed: request.lastReadAt,
  };
}

export const REQUEST_EXAMPLE = {
  id: 1,
  organizationId: 1,
  organizationName: 'City Hospital',
  dataType: 'Health',
  consentId: 4,
  purpose: 'To treat you.',
  status: 'PENDING',
  lastAccessed: null,
} as const;
