import type {
  AccessRequest,
  DecideInput,
  Invitation,
  InviteInput,
  MailTokenInput,
  Member,
  Organization,
  OrganizationEvent,
  PageInput,
  RemovedMember,
  RequestAccessInput,
  RequestListInput,
  SetMembershipInput,
} from '@truconn/contract';
import type { CallOptions, List, MutationOptions, WatchEvent, WatchInput, WatchOptions } from './calls.ts';

/** What organizations ask of people, and what people decide. */
export interface OrgAccessApi {
  request(input: RequestAccessInput, options?: MutationOptions): Promise<AccessRequest>;
  incoming: List<RequestListInput, AccessRequest>;
  outgoing: List<RequestListInput, AccessRequest>;
  decide(input: DecideInput, options?: MutationOptions): Promise<AccessRequest>;
  toggle(input: { requestId: string }, options?: MutationOptions): Promise<AccessRequest>;
  organization(input?: undefined, options?: CallOptions): Promise<Organization>;
  watch(input?: WatchInput, options?: WatchOptions): AsyncIterableIterator<WatchEvent<OrganizationEvent>>;
  members: MembersApi;
}

/** The people of the caller's organization. */
export interface MembersApi {
  list: List<PageInput, Member>;
  invitations: List<PageInput, Invitation>;
  invite(input: InviteInput, options?: MutationOptions): Promise<Invitation>;
  cancelInvitation(input: { invitationId: string }, options?: MutationOptions): Promise<Invitation>;
  accept(input: MailTokenInput, options?: MutationOptions): Promise<Organization>;
  remove(input: { userId: string }, options?: MutationOptions): Promise<RemovedMember>;
  setMembership(input: SetMembershipInput, options?: MutationOptions): Promise<Member>;
}
