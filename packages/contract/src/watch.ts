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

/** What happened to one request of an organization, as `orgAccess.watch` tells its members. */
export interface OrganizationEvent {
  /** 1 for an organization's first event, then rising; what was erased leaves a gap. */
  seq: number;
  /** ISO 8601, UTC. */
  at: string;
  action: LedgerAction;
  actor: LedgerActor;
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
  categoryId: z.int(),
  requestId: z.string(),
  request: accessRequestSchema,
});
