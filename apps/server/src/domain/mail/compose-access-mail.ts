import type { Trx } from '../../database/connection.ts';
import { findToldConsents, findToldRequests } from '../../database/queries/endings.queries.ts';
import { findMailedRequest } from '../../database/queries/mail.queries.ts';
import { findMember } from '../../database/queries/members.queries.ts';
import type { AccessRequestRecord } from '../../database/queries/org-access.queries.ts';
import { nameToShow } from '../../shown-name.ts';
import { purposeToShow } from '../../shown-purpose.ts';
import { nameOf, organizationToShow, tellIfWanted, tellOfAccess } from './addressee.ts';
import type { AskedMail } from './composer.ts';
import type { ComposedMail } from './mail-content.ts';

/** Tells a person that an organization asks; nothing once the request is no longer pending. */
export async function composeAccessRequested(
  trx: Trx,
  { requestId }: AskedMail<'access_requested'>,
): Promise<ComposedMail | undefined> {
  const request = await findMailedRequest(trx, requestId, new Date());
  if (request?.status !== 'PENDING') return undefined;
  return tellIfWanted(trx, request.userId, 'requests', ({ name, isVerified }) => ({
    template: 'access_requested',
    name,
    organization: organizationToShow(request),
    verified: request.organizationVerifiedAt !== null,
    // What an organization writes is no mail to strangers.
    purpose: isVerified || request.purpose === null ? purposeToShow(request.purpose) : 'in the account',
    ...termsOf(request),
  }));
}

/** Tells the member who asked, while they belong to the organization. */
export async function composeAccessDecided(
  trx: Trx,
  { requestId, action, decidedAt }: AskedMail<'access_decided'>,
): Promise<ComposedMail | undefined> {
  const request = await findMailedRequest(trx, requestId, new Date());
  const { requestedBy, organizationId } = request ?? {};
  if (request === undefined || organizationId === undefined || !requestedBy) return undefined;
  if ((await findMember(trx, organizationId, requestedBy)) === undefined) return undefined;
  return tellIfWanted(trx, requestedBy, 'decisions', ({ name }) => ({
    template: 'access_decided',
    name,
    person: nameToShow(nameOf(request)),
    action,
    decidedAt: new Date(decidedAt),
    ...termsOf(request),
  }));
}

/** Tells a person that an access to their data was opened, whatever mails they want: it may not have been them. */
export async function composeAccessAllowed(
  trx: Trx,
  { requestId, allowedAt }: AskedMail<'access_allowed'>,
): Promise<ComposedMail | undefined> {
  const request = await findMailedRequest(trx, requestId, new Date());
  if (request === undefined) return undefined;
  return tellOfAccess(trx, request.userId, 'openings', ({ name }) => ({
    template: 'access_allowed',
    name,
    organization: organizationToShow(request),
    allowedAt: new Date(allowedAt),
    ...termsOf(request),
  }));
}

/** Tells a person what ends soon, as far as it still does: a consent may have been prolonged, or revoked. */
export async function composeEndsSoon(
  trx: Trx,
  { userId, consents: categoryIds, requests: requestIds }: AskedMail<'ends_soon'>,
): Promise<ComposedMail | undefined> {
  const now = new Date();
  const consents = await findToldConsents(trx, userId, categoryIds, now);
  const requests = await findToldRequests(trx, userId, requestIds, now);
  if (consents.length + requests.length === 0) return undefined;
  const accesses = requests.flatMap(({ expiresAt: endsAt, ...request }) =>
    endsAt === null
      ? []
      : [{ organization: organizationToShow(request), category: request.categoryName, endsAt }],
  );
  return tellIfWanted(trx, userId, 'endings', ({ name }) => ({
    template: 'ends_soon',
    name,
    consents,
    accesses,
  }));
}

function termsOf({ categoryName: category, expiresAt, maxReads }: AccessRequestRecord) {
  return { category, expiresAt, maxReads };
}
