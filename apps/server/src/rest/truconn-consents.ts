import { LANGUAGES } from '@truconn/contract';
import { z } from 'zod';
import { idInUrl } from './fields.ts';
import { type Api, defineRoute, type RestRoute } from './route.ts';
import { nextLink, PAGES, pageQuery } from './truconn-pages.ts';
import { lastAccessed, presentStatus, purpose, status } from './truconn-requests.ts';

const list = defineRoute({
  method: 'GET',
  url: '/api/consents/',
  summary: 'List the consent categories',
  description: PAGES,
  access: 'person',
  query: pageQuery,
  procedure: (api) => api.compat.categories,
  input: ({ query }) => query,
  answer: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      created_at: z.iso.datetime(),
      key: z.string(),
      description: z.string(),
      fields: z.array(z.string()).meta({ description: 'What a release holds.' }),
      notice: z
        .object({ version: z.int(), language: z.enum(LANGUAGES), text: z.string() })
        .meta({ description: 'What a person reads before they decide, in their language.' }),
    }),
  ),
  present: ({ items }) =>
    items.map(({ id, name, createdAt, key, description, fields, notice }) => ({
      id,
      name,
      created_at: createdAt,
      key,
      description,
      fields,
      notice: { version: notice.version, language: notice.language, text: notice.text },
    })),
  headers: nextLink,
  example: {
    answer: [
      {
        id: 3,
        name: 'Location',
        created_at: '2026-01-31T12:00:00.000Z',
        key: 'location',
        description: 'The place you entered in your profile.',
        fields: ['location'],
        notice: {
          version: 1,
          language: 'en',
          text: 'If you agree, organizations may ask to see the place you entered in your profile.',
        },
      },
    ],
  },
});

const toggled = z.object({
  consent: z.string().meta({ description: 'The category’s name.' }),
  access: z.boolean(),
  message: z.enum(['Consent granted', 'Consent revoked']),
});

const toggle = defineRoute({
  method: 'POST',
  url: '/api/consents/:consent_id/toggle/',
  summary: 'Grant or revoke a consent',
  description: 'Revokes a consent that stands, with every open request on it; grants one that does not.',
  access: 'person',
  params: z.object({ consent_id: idInUrl }),
  procedure: (api) => api.consent.toggle,
  input: ({ params }) => ({ categoryId: params.consent_id }),
  answer: toggled,
  present: ({ name, granted }): z.infer<typeof toggled> => ({
    consent: name,
    access: granted,
    message: granted ? 'Consent granted' : 'Consent revoked',
  }),
  errors: ['NOT_FOUND'],
  example: { answer: { consent: 'Location', access: true, message: 'Consent granted' } },
});

const consentStatus = defineRoute({
  method: 'GET',
  url: '/api/consents/status/',
  summary: 'List one’s own consents',
  description: `Every category, and whether it is granted. ${PAGES}`,
  access: 'person',
  query: pageQuery,
  procedure: (api) => api.compat.consents,
  input: ({ query }) => query,
  answer: z.array(z.object({ id: z.int(), name: z.string(), access: z.boolean() })),
  present: ({ items }) =>
    items.map(({ categoryId, name, granted }) => ({ id: categoryId, name, access: granted })),
  headers: nextLink,
  example: { answer: [{ id: 3, name: 'Location', access: true }] },
});

const change = z.object({
  id: z.int().meta({ description: 'The number of the entry in the person’s ledger.' }),
  action: z.enum(['GRANTED', 'REVOKED', 'EXPIRED', 'MODIFIED']),
  consent_id: z.int().meta({ description: 'The category’s id.' }),
  consent_type: z.string().meta({ description: 'The category’s name.' }),
  changed_at: z.iso.datetime(),
  previous_value: z.boolean().nullable().meta({
    description: 'Whether it was granted before; `null` where the details were erased.',
  }),
  new_value: z.boolean().nullable(),
  previous_expires_at: z.iso.datetime().nullable(),
  new_expires_at: z.iso.datetime().nullable(),
});

type History = Awaited<ReturnType<Api['compat']['history']>>;

function presentChange({ seq, action, categoryId, name, changedAt, ...values }: History['items'][number]) {
  const { previousValue: before, newValue: after } = values;
  return {
    id: seq,
    action,
    consent_id: categoryId,
    consent_type: name,
    changed_at: changedAt,
    previous_value: before?.granted ?? null,
    new_value: after?.granted ?? null,
    previous_expires_at: before?.expiresAt ?? null,
    new_expires_at: after?.expiresAt ?? null,
  };
}

const historyRoute = {
  method: 'GET',
  description: `Newest first. ${PAGES}`,
  access: 'person',
  query: pageQuery,
  procedure: (api: Api) => api.compat.history,
  answer: z
    .object({
      count: z.int().meta({ description: 'How many are in this answer.' }),
      history: z.array(change),
    })
    .meta({ id: 'ConsentHistory' }),
  present: ({ items }: History) => ({ count: items.length, history: items.map(presentChange) }),
  headers: nextLink,
  example: {
    answer: {
      count: 1,
      history: [
        {
          id: 1,
          action: 'GRANTED',
          consent_id: 3,
          consent_type: 'Location',
          changed_at: '2026-01-31T12:00:00.000Z',
          previous_value: false,
          new_value: true,
          previous_expires_at: null,
          new_expires_at: null,
        },
      ],
    },
  },
} as const;

const history = defineRoute({
  ...historyRoute,
  url: '/api/consents/history/',
  summary: 'Read the history of one’s own consents',
  input: ({ query }) => query,
});

const historyOfCategory = defineRoute({
  ...historyRoute,
  url: '/api/consents/history/:consent_id/',
  summary: 'Read the history of one’s own consent to one category',
  params: z.object({ consent_id: idInUrl }),
  input: ({ query, params }) => ({ ...query, categoryId: params.consent_id }),
  errors: ['NOT_FOUND'],
});

const transparencyLog = defineRoute({
  method: 'GET',
  url: '/api/consents/transparency-log/',
  summary: 'See which organizations have asked for one’s own data',
  description: `Newest first. ${PAGES}`,
  access: 'person',
  query: pageQuery,
  procedure: (api) => api.compat.incoming,
  input: ({ query }) => query,
  answer: z.object({
    data: z.array(
      z.object({
        id: z.int(),
        organizationId: z.int(),
        organizationName: z.string(),
        consentType: z.string().meta({ description: 'The category’s name.' }),
        status,
        purpose,
        requestedAt: z.iso.datetime(),
        lastAccessed,
      }),
    ),
    message: z.string(),
  }),
  present: ({ items }) => ({
    data: items.map((request) => ({
      id: request.number,
      organizationId: request.organization.number,
      organizationName: request.organization.name,
      consentType: request.category,
      status: presentStatus(request),
      purpose: request.purpose,
      requestedAt: request.requestedAt,
      lastAccessed: request.lastReadAt,
    })),
    message:
      items.length === 0
        ? 'No organization has asked for your data.'
        : 'These organizations have asked for your data.',
  }),
  headers: nextLink,
  example: {
    answer: {
      data: [
        {
          id: 1,
          organizationId: 1,
          organizationName: 'City Hospital',
          consentType: 'Health',
          status: 'APPROVED',
          purpose: 'To treat you.',
          requestedAt: '2026-01-31T12:00:00.000Z',
          lastAccessed: null,
        },
      ],
      message: 'These organizations have asked for your data.',
    },
  },
});

/** Consents, as document 1 has them. */
export const consentRoutes: readonly RestRoute[] = [
  list,
  toggle,
  consentStatus,
  history,
  historyOfCategory,
  transparencyLog,
];
