import { idSchema, MEMBERSHIPS } from '@truconn/contract';
import { z } from 'zod';
import { idInUrl, optional } from './fields.ts';
import { email, uuid } from './people.ts';
import { defineRoute, type RestRoute } from './route.ts';
import { nextLink, PAGES, pageQuery } from './truconn-pages.ts';
import {
  type AccessRequest,
  accessRequestAnswer,
  presentRequest,
  presentStatus,
  purpose,
  REQUEST_EXAMPLE,
  status,
} from './truconn-requests.ts';

// A form that was left empty, or holds spaces alone, says no purpose.
const givenPurpose = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim() : value),
  optional(z.string()),
);

const request = defineRoute({
  method: 'POST',
  url: '/api/organization/consent/:user_id/:consent_id/request/',
  summary: 'Ask a person for access to one category',
  description:
    'For members of an organization, while the person has granted the category. While a request of this ' +
    'organization, person and category is open, that one is the answer.',
  access: 'person',
  params: z.object({ user_id: idSchema, consent_id: idInUrl }),
  body: z.object({
    purpose: givenPurpose.meta({ description: 'Why: the person reads it.', maxLength: 1000 }),
  }),
  procedure: (api) => api.compat.requestAccess,
  input: ({ params, body }) => ({
    userId: params.user_id,
    categoryId: params.consent_id,
    purpose: body.purpose ?? null,
  }),
  answer: z.object({ message: z.string(), data: accessRequestAnswer }),
  present: (output) => ({ message: 'Access request sent successfully.', data: presentRequest(output) }),
  errors: ['FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'NOT_FOUND', 'CONSENT_NOT_GRANTED', 'RATE_LIMITED'],
  example: {
    request: { purpose: 'To treat you.' },
    answer: { message: 'Access request sent successfully.', data: REQUEST_EXAMPLE },
  },
});

const requestedConsent = defineRoute({
  method: 'GET',
  url: '/api/organization/requested-consent/',
  summary: 'See the requests to one’s own data',
  description: `Newest first. ${PAGES}`,
  access: 'person',
  query: pageQuery,
  procedure: (api) => api.compat.incoming,
  input: ({ query }) => query,
  answer: z.object({
    message: z.string(),
    count: z.int().meta({ description: 'How many are in this answer.' }),
    data: z.array(accessRequestAnswer),
  }),
  present: ({ items }) => ({
    message: items.length === 0 ? 'No consent requests found.' : 'Consent requests found.',
    count: items.length,
    data: items.map(presentRequest),
  }),
  headers: nextLink,
  example: { answer: { message: 'Consent requests found.', count: 1, data: [REQUEST_EXAMPLE] } },
});

const toggled = z.object({ message: z.enum(['Consent Granted!', 'Consent Revoked!']) });

const toggleAccess = defineRoute({
  method: 'POST',
  url: '/api/organization/consent/:access_id/toggle-access/',
  summary: 'Approve or revoke a request to one’s own data',
  description:
    'Revokes what is approved. Approves what is not, if the consent stands and no other request of this ' +
    'organization, person and category is open; an expired or used up one stays as it is.',
  access: 'person',
  params: z.object({ access_id: idInUrl }),
  procedure: (api) => api.compat.toggleRequest,
  input: ({ params }) => ({ number: params.access_id }),
  answer: toggled,
  present: ({ status }): z.infer<typeof toggled> => ({
    message: status === 'APPROVED' ? 'Consent Granted!' : 'Consent Revoked!',
  }),
  errors: ['NOT_FOUND', 'INVALID_TRANSITION', 'CONSENT_NOT_GRANTED'],
  example: { answer: { message: 'Consent Granted!' } },
});

const citizen = z.object({
  id: z.int(),
  uuid,
  full_name: z.string(),
  access_requests: z.array(
    z.object({
      consent: z.string().meta({ description: 'The category’s name.' }),
      purpose,
      status,
      requested_at: z.iso.datetime(),
    }),
  ),
});

/** Requests by person: whoever was asked last comes first, and of each their newest request. */
function presentCitizens(requests: readonly AccessRequest[]): z.infer<typeof citizen>[] {
  const citizens = new Map<string, z.infer<typeof citizen>>();
  for (const request of requests) {
    const { id: uuid, number: id } = request.user;
    const found = citizens.get(uuid) ?? { id, uuid, full_name: fullName(request), access_requests: [] };
    citizens.set(uuid, found);
    found.access_requests.push({
      consent: request.category,
      purpose: request.purpose,
      status: presentStatus(request),
      requested_at: request.requestedAt,
    });
  }
  return [...citizens.values()];
}

// Not the username, which may be an address that the person has not released.
function fullName({ user }: AccessRequest): string {
  return [user.firstName, user.lastName].filter(Boolean).join(' ') || `User ${user.number}`;
}

const citizens = defineRoute({
  method: 'GET',
  url: '/api/organization/citizens/list/',
  summary: 'List the people whom the organization has asked',
  description:
    'For members of an organization. Newest request first. Up to 1000 requests, put together by person; if ' +
    'there are more, `Link: <…>; rel="next"` (RFC 8288) has the address of the next ones, and somebody whose ' +
    'requests lie on both pages is on both.',
  access: 'person',
  query: pageQuery,
  procedure: (api) => api.compat.outgoing,
  input: ({ query }) => query,
  answer: z.array(citizen),
  present: ({ items }) => presentCitizens(items),
  headers: nextLink,
  errors: ['FORBIDDEN'],
  example: {
    answer: [
      {
        id: 1,
        uuid: '01936f2e-7c1a-7b3e-9a52-4d8f0c6b1e77',
        full_name: 'Jane Doe',
        access_requests: [
          {
            consent: 'Health',
            purpose: 'To treat you.',
            status: 'PENDING',
            requested_at: '2026-01-31T12:00:00.000Z',
          },
        ],
      },
    ],
  },
});

const detail = defineRoute({
  method: 'GET',
  url: '/api/organization/detail/',
  summary: 'Read one’s own organization',
  description: 'For members of an organization. `email` is that of the owner who has been there longest.',
  access: 'person',
  procedure: (api) => api.compat.organization,
  input: () => undefined,
  answer: z.object({
    organization: z.object({
      id: z.int(),
      uuid,
      name: z.string(),
      email: email.nullable(),
      website: z.string().nullable(),
      address: z.string().nullable(),
      verified: z.boolean(),
      membership: z.enum(MEMBERSHIPS),
      created_at: z.iso.datetime(),
    }),
  }),
  present: ({ id: uuid, number: id, createdAt, ...organization }) => {
    const { name, email, website, address, verified, membership } = organization;
    return {
      organization: { id, uuid, name, email, website, address, verified, membership, created_at: createdAt },
    };
  },
  errors: ['FORBIDDEN'],
  example: {
    answer: {
      organization: {
        id: 1,
        uuid: '01936f2e-9b40-7c55-8f21-2a6d3e5c7f90',
        name: 'City Hospital',
        email: 'office@cityhospital.example',
        website: 'https://cityhospital.example',
        address: '1 Hospital Road',
        verified: false,
        membership: 'owner',
        created_at: '2026-01-31T12:00:00.000Z',
      },
    },
  },
});

/** Organizations and their requests, as document 1 has them. */
export const organizationRoutes: readonly RestRoute[] = [
  request,
  requestedConsent,
  toggleAccess,
  citizens,
  detail,
];
