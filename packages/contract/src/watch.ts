import { z } from 'zod';
import { ACTOR_KINDS, LEDGER_ACTIONS, type LedgerAction, type LedgerActor } from './ledger.ts';
import { type AccessRequest, accessRequestSchema } from './org-access.ts';

/** What every stream of events takes. */
export interface WatchInput {
  /**
   * The `id` of the last event that was seen; all that came after it is sent first. Absent: events from now on.
   * The header `Last-Event-ID` says the same, and wins: a browser that connects again sends it with the old URL.
   */
  lastEventId?: string | null | undefined;
}

export const watchInputSchema: z.ZodType<WatchInput | undefined, WatchInput | undefined> = z
  .strictObject({ lastEventId: z.string().max(20).nullish() })
  .optional();

const ORGANIZATION_ACTOR_KINDS = ['member', 'apiKey'] as const;

/** Who acted for an organization. */
export interface OrganizationActor {
  kind: (typeof ORGANIZATION_ACTOR_KINDS)[number];
  /** The member's account, or the API key; who has left and what was deleted keep theirs. */
  id: string;
}

/** What happened to one request of an organization, as `orgAccess.watch` tells its members. */
export interface OrganizationEvent {
  /** 1 for an organization's first event, then rising; what was erased leaves a gap. */
  seq: number;
  /** ISO 8601, UTC. */
  at: string;
  action: LedgerAction;
  actor: LedgerActor;
  /**
   * Who of the organization asked, read or was refused: told to the organization alone. Null for what people or the
   * clock did, and for what happened before this was written down.
   */
  by: OrganizationActor | null;
  categoryId: number;
  requestId: string;
  /** As it stood after this event; names are those of now. */
  request: AccessRequest;
}

export const organizationEventSchema: z.ZodType<OrganizationEvent> = z.object({
  seq: z.int(),
  at: z.string(),
  action: z.enum(LEDGER_ACTIONS),
  actor: z.object({ kind: z.enum(ACTOR_KINDS), id: z.string().nullable() }),
  by: z.object({ kind: z.enum(ORGANIZATION_ACTOR_KINDS), id: z.string() }).nullable(),
  categoryId: z.int(),
  requestId: z.string(),
  request: accessRequestSchema,
});
