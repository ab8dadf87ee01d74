import type { OrganizationCaller } from '../caller.ts';
import type { NewEntry } from '../ledger/append-entry.ts';

/** Who acts for an organization, as an entry takes it. */
export type Acting = Pick<NewEntry, 'actor' | 'by'>;

/** Who acts, as a person's entry says it, and who of the organization it is, as the organization is told. */
export function actingAs(caller: OrganizationCaller): Acting {
  return {
    actor: { kind: 'organization', id: caller.organization.id },
    by:
      'apiKey' in caller
        ? { kind: 'apiKey', id: caller.apiKey.id }
        : { kind: 'member', id: caller.principal.userId },
  };
}
