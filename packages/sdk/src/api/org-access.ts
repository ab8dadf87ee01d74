import type {
  AccessRequest,
  ApiKey,
  CreateApiKeyInput,
  CreatedApiKey,
  DecideInput,
  Invitation,
  InviteInput,
  IssuedReceipt,
  ItemList,
  MailTokenInput,
  Member,
  Organization,
  OrganizationEvent,
  PageInput,
  ReadItem,
  ReadManyInput,
  Release,
  RemovedMember,
  RequestAccessInput,
  RequestItem,
  RequestListInput,
  RequestManyInput,
  RequestReceiptInput,
  SetMembershipInput,
} from '@truconn/contract';
import type { CallOptions, List, MutationOptions, WatchEvent, WatchInput, WatchOptions } from './calls.ts';

/**
 * What organizations ask of people, and what people decide. All of it is for whoever is signed in:
 * `UNAUTHENTICATED` and `SESSION_EXPIRED` otherwise. Members act for the organization that they belong to. With one of
 * its API keys, its programs do: `request` and `requestMany` with the scope `request`, `read` and `readMany` with
 * `read`, `outgoing`, `receipt`, `organization` and `watch` with `list`. Without the scope, for a category that the key
 * is not for, and at everything else, a key is told `FORBIDDEN`.
 */
export interface OrgAccessApi {
  /**
   * Asks a person for one category, as a member of an organization. While a request of this organization, person
   * and category is open, that one is the answer.
   * @throws TruConnError `CONSENT_NOT_GRANTED`, also for a person or category that does not exist, `FORBIDDEN` to
   *   who belongs to no organization, `EMAIL_NOT_VERIFIED` where the server asks for that, `INVALID_INPUT`,
   *   `RATE_LIMITED`
   * @example
   * const { id, status } = await truconn.orgAccess.request({
   *   userId: '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b',
   *   categoryId: 4,
   *   purpose: 'Treatment after your visit of 3 March',
   *   maxReads: 10,
   * });
   */
  request(input: RequestAccessInput, options?: MutationOptions): Promise<AccessRequest>;
  /**
   * Asks many people, 1 to 100, in one call. Each is asked or refused as they would be alone; the answer has one entry
   * for each, in the same order.
   * @throws TruConnError `FORBIDDEN` to who belongs to no organization, `EMAIL_NOT_VERIFIED` where the server asks for
   *   that, `INVALID_INPUT` if any of them is not well formed
   * @example
   * const { items } = await truconn.orgAccess.requestMany({
   *   requests: [
   *     { userId: '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b', categoryId: 4, purpose: 'Yearly check-up' },
   *     { userId: '0190a5b2-8d2f-7e40-9b5c-6d7e8f9a0b1c', categoryId: 4, purpose: 'Yearly check-up' },
   *   ],
   * });
   * for (const { userId, request, error } of items) console.log(userId, request?.status ?? error?.code);
   */
  requestMany(input: RequestManyInput, options?: MutationOptions): Promise<ItemList<RequestItem>>;
  /**
   * Reads the data that a request asks for, if at this moment the person's consent stands, the request is approved
   * and not past its end, and reads are left. Each read counts, and each read and refusal is an entry in the person's
   * ledger. With an idempotency key, a repeated call gets the same answer and counts once, while nothing has ended and
   * the data are the same; otherwise it is another read.
   * @returns the fields that the consent covers; `null` in what the person has not said
   * @throws TruConnError `CONSENT_NOT_GRANTED` where the consent has ended, `ACCESS_PENDING`, `ACCESS_DENIED`,
   *   `ACCESS_PAUSED`, `ACCESS_REVOKED`, `ACCESS_EXPIRED`, `ACCESS_EXHAUSTED`; `NOT_FOUND` for another organization's
   *   request, `FORBIDDEN` to who belongs to no organization, `RATE_LIMITED`
   * @example
   * const requestId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * const idempotencyKey = crypto.randomUUID();
   * const { data, request } = await truconn.orgAccess.read({ requestId }, { idempotencyKey });
   * console.log(data, request.readsLeft);
   */
  read(input: { requestId: string }, options?: MutationOptions): Promise<Release>;
  /**
   * Reads the data of many requests, 1 to 100, in one call. Each is released or refused as it would be alone; the
   * answer has one entry for each, in the same order.
   * @throws TruConnError `FORBIDDEN` to who belongs to no organization, `INVALID_INPUT`
   * @example
   * const approved = await truconn.orgAccess.outgoing({ status: 'APPROVED', limit: 100 });
   * const requestIds = approved.items.map(({ id }) => id);
   * if (requestIds.length > 0) {
   *   const { items } = await truconn.orgAccess.readMany({ requestIds });
   *   for (const { requestId, data, error } of items) console.log(requestId, data ?? error?.code);
   * }
   */
  readMany(input: ReadManyInput, options?: MutationOptions): Promise<ItemList<ReadItem>>;
  /**
   * Lists the requests to the person's own data, newest first.
   * @throws TruConnError `INVALID_INPUT`
   * @example
   * const { items } = await truconn.orgAccess.incoming({ status: 'PENDING' });
   * for (const { organization, purpose } of items) console.log(organization.name, purpose);
   */
  incoming: List<RequestListInput, AccessRequest>;
  /**
   * Lists the requests of the person's organization, newest first; with an API key that is for some categories, those
   * on them.
   * @throws TruConnError `FORBIDDEN` to who belongs to no organization, `INVALID_INPUT`
   * @example
   * for await (const { user, status } of truconn.orgAccess.outgoing.all()) console.log(user.id, status);
   */
  outgoing: List<RequestListInput, AccessRequest>;
  /**
   * Decides on a request to the person's own data. Deciding what already is writes nothing.
   * @throws TruConnError `INVALID_TRANSITION` for a step that its status does not allow, `NOT_FOUND` for a request
   *   to somebody else's data
   * @example
   * const { items } = await truconn.orgAccess.incoming({ status: 'PENDING' });
   * for (const { id } of items) await truconn.orgAccess.decide({ requestId: id, decision: 'approve' });
   */
  decide(input: DecideInput, options?: MutationOptions): Promise<AccessRequest>;
  /**
   * Revokes an approved request; approves one that is pending, paused, denied or revoked, while the consent stands.
   * Without an idempotency key, a repeated call undoes itself.
   * @throws TruConnError `INVALID_TRANSITION`, `CONSENT_NOT_GRANTED`, `NOT_FOUND` for a request to somebody else's
   *   data
   * @example
   * const requestId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * await truconn.orgAccess.toggle({ requestId }, { idempotencyKey: crypto.randomUUID() });
   */
  toggle(input: { requestId: string }, options?: MutationOptions): Promise<AccessRequest>;
  /**
   * Signs a receipt of the last decision on a request, or of an older one by its `seq` in the person's ledger, for the
   * person whose data it is, and for members and API keys of the organization that asked. It proves what was allowed, to
   * whoever has the server's keys; `verifyReceipt` of `@truconn/sdk/verify` checks it.
   * @throws TruConnError `NOT_FOUND` for everybody else's requests, where nothing was decided, or where the details
   *   were erased; `INVALID_INPUT`; `RATE_LIMITED`
   * @example
   * const requestId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * const { receipt, record } = await truconn.orgAccess.receipt({ requestId });
   * console.log(record.consent_status, receipt);
   */
  receipt(input: RequestReceiptInput, options?: CallOptions): Promise<IssuedReceipt>;
  /**
   * Answers the organization that the person belongs to; with an API key, the one whose key it is.
   * @throws TruConnError `FORBIDDEN` to who belongs to none
   * @example
   * const { name, membership } = await truconn.orgAccess.organization();
   */
  organization(input?: undefined, options?: CallOptions): Promise<Organization>;
  /**
   * Streams what happens to the requests of the person's organization: asked, decided, read, ended, and which of its
   * members or API keys did it (`by`); people are told of the organization alone. A connection that breaks is made again
   * and goes on after the last event; the stream ends by leaving the loop, by its signal, or with the session, the
   * membership or the API key. Events can be resumed from for 30 days. A key that is for some categories is told of
   * those.
   * @throws TruConnError `FORBIDDEN` to who belongs to no organization, `INVALID_INPUT` for a `lastEventId` that is
   *   none of this stream or too old, `RATE_LIMITED` for more than 20 open streams of an account or a key
   * @example
   * for await (const { data } of truconn.orgAccess.watch()) console.log(data.action, data.request.status);
   */
  watch(input?: WatchInput, options?: WatchOptions): AsyncIterableIterator<WatchEvent<OrganizationEvent>>;
  /** The people of the person's organization. */
  members: MembersApi;
  /** The API keys of the person's organization. */
  keys: ApiKeysApi;
}

/**
 * With what the organization's own programs act for it, without anybody signing in. For owners: `FORBIDDEN` to
 * everybody else. A key is good until it is revoked or past its end, whatever becomes of the account that made it.
 */
export interface ApiKeysApi {
  /**
   * Lists the organization's keys, newest first, also those that are revoked or past their end.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * for await (const { name, hint, lastUsedAt } of truconn.orgAccess.keys.list.all()) {
   *   console.log(name, `${hint}…`, lastUsedAt ?? 'never used');
   * }
   */
  list: List<PageInput, ApiKey>;
  /**
   * Makes a key. Its secret is shown this once, so this takes no idempotency key: where the answer was lost, list the
   * keys and revoke the one that nobody has.
   * @throws TruConnError `TOO_MANY_API_KEYS` when the organization has 50 that are good, `FORBIDDEN`,
   *   `EMAIL_NOT_VERIFIED` where the server asks for that, `INVALID_INPUT`
   * @example
   * const { key, secret } = await truconn.orgAccess.keys.create({
   *   name: 'Nightly import',
   *   scopes: ['read', 'list'],
   *   categoryIds: [4],
   *   expiresAt: new Date(Date.now() + 90 * 86_400_000).toISOString(),
   * });
   * console.log(`TRUCONN_API_KEY=${secret}`, key.id);
   */
  create(input: CreateApiKeyInput, options?: CallOptions): Promise<CreatedApiKey>;
  /**
   * Revokes a key: every server refuses it from the next request on, and its open streams end within two seconds. One
   * that is revoked already stays so.
   * @throws TruConnError `NOT_FOUND` for another organization's key, `FORBIDDEN`
   * @example
   * const { items } = await truconn.orgAccess.keys.list();
   * for (const { id, lastUsedAt } of items) {
   *   if (lastUsedAt === null) await truconn.orgAccess.keys.revoke({ keyId: id });
   * }
   */
  revoke(input: { keyId: string }, options?: MutationOptions): Promise<ApiKey>;
}

/** The people of the person's organization; `FORBIDDEN` to who belongs to none. */
export interface MembersApi {
  /**
   * Lists everybody who belongs to the organization, oldest account first.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * for await (const { user, membership } of truconn.orgAccess.members.list.all()) {
   *   console.log(user.email, membership);
   * }
   */
  list: List<PageInput, Member>;
  /**
   * Lists the open invitations, newest first; for owners.
   * @throws TruConnError `FORBIDDEN`, `INVALID_INPUT`
   * @example
   * const { items } = await truconn.orgAccess.members.invitations();
   */
  invitations: List<PageInput, Invitation>;
  /**
   * Invites an address by mail, for 168 hours; for owners. An address that is invited already is sent another mail,
   * and has that time anew.
   * @throws TruConnError `ALREADY_MEMBER` for who belongs to this organization, `FORBIDDEN`, `EMAIL_NOT_VERIFIED`
   *   where the server asks for that, `INVALID_INPUT`, `RATE_LIMITED`
   * @example
   * await truconn.orgAccess.members.invite({ email: 'ravi@hospital.example', membership: 'member' });
   */
  invite(input: InviteInput, options?: MutationOptions): Promise<Invitation>;
  /**
   * Makes an invitation's links worthless; for owners. One that is cancelled already stays so.
   * @throws TruConnError `NOT_FOUND`, `INVALID_TRANSITION` once it is accepted, `FORBIDDEN`
   * @example
   * const { items } = await truconn.orgAccess.members.invitations();
   * for (const { id } of items) await truconn.orgAccess.members.cancelInvitation({ invitationId: id });
   */
  cancelInvitation(input: { invitationId: string }, options?: MutationOptions): Promise<Invitation>;
  /**
   * Makes the person a member of the organization that invited their address, with the token of its mail.
   * @throws TruConnError `INVALID_INPUT` on `token` when it does not work or is for another address,
   *   `ALREADY_MEMBER` for who belongs to an organization, `FORBIDDEN`, `RATE_LIMITED`
   * @example
   * const token = 'from the link in the mail';
   * const { name } = await truconn.orgAccess.members.accept({ token });
   */
  accept(input: MailTokenInput, options?: MutationOptions): Promise<Organization>;
  /**
   * Ends a membership: an owner anybody's, a member their own. Invitations that this person has sent are cancelled.
   * @throws TruConnError `FORBIDDEN`, `NOT_FOUND`, `LAST_OWNER`
   * @example
   * const { user } = await truconn.auth.me();
   * await truconn.orgAccess.members.remove({ userId: user.id });
   */
  remove(input: { userId: string }, options?: MutationOptions): Promise<RemovedMember>;
  /**
   * Makes a member an owner, or an owner a member; for owners. Nothing changes where it is so already.
   * @throws TruConnError `FORBIDDEN`, `EMAIL_NOT_VERIFIED` where the server asks for that, `NOT_FOUND`,
   *   `LAST_OWNER`
   * @example
   * const userId = '0190a5b2-7c1e-7d3f-8a4b-5c6d7e8f9a0b';
   * await truconn.orgAccess.members.setMembership({ userId, membership: 'owner' });
   */
  setMembership(input: SetMembershipInput, options?: MutationOptions): Promise<Member>;
}
