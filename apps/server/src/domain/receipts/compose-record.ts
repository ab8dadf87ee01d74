import {
  type ConsentReceipt,
  RECEIPT_SCHEMA,
  type ReceiptData,
  type ReceiptNotice,
  type ReceiptParty,
  type ReceiptState,
  type ReceiptValidity,
} from '@truconn/contract';
import { v5 as uuidv5 } from 'uuid';
import { type DecidingEntry, type Decisions, isGiven, stateOf } from './decision.ts';
import { RECEIPT_CONTEXT } from './receipt-context.ts';

/** What the two kinds of receipts say each in its way. */
export interface ReceiptSubject {
  personId: string;
  recordId: string;
  notice: ReceiptNotice | null;
  purpose: string | null;
  data: ReceiptData[];
  /** Who asks for the data; nobody in particular for a consent to a category. */
  organization: { id: string; name: string } | null;
  /** How long the decision was to hold, if it gives something. */
  validity: ReceiptValidity;
  /** As what the clock has ended it meanwhile, without an entry of the ledger yet. */
  endedAs: ReceiptState | undefined;
}

/** When and where a receipt is made. */
export interface Issue {
  now: Date;
  /** The server's address, which is its `party_id`, too. */
  issuer: string;
}

/** Puts a receipt together. The same decision gives the same one but for the moment and how things stand then. */
export function composeRecord(subject: ReceiptSubject, decisions: Decisions, issue: Issue): ConsentReceipt {
  const { personId, organization } = subject;
  const { asked } = decisions;
  return {
    '@context': RECEIPT_CONTEXT,
    '@type': 'dpv:ConsentReceipt',
    schema_version: RECEIPT_SCHEMA,
    receipt_id: uuidv5(`receipt ${asked.seq}`, personId),
    record_id: subject.recordId,
    pii_principal_id: personId,
    issued_at: issue.now.toISOString(),
    consent_status: statusNow(decisions, subject),
    pii_processing: {
      privacy_notice: subject.notice,
      purposes: [
        {
          purpose: subject.purpose,
          lawful_basis: 'dpv:Consent',
          pii_information: subject.data,
          pii_controllers: [organization?.id ?? issue.issuer],
          recipient_third_parties: organization === null ? [] : [organization.id],
          withdrawal_method: issue.issuer,
        },
      ],
    },
    parties: partiesOf(subject, issue),
    events: [eventOf(asked, subject, issue)],
    ledger: { seq: asked.seq, hash: asked.hash },
  };
}

function statusNow({ lastState }: Decisions, { endedAs }: ReceiptSubject): ReceiptState {
  return isGiven(lastState) ? (endedAs ?? lastState) : lastState;
}

function eventOf(
  entry: DecidingEntry,
  { validity }: ReceiptSubject,
  { issuer }: Issue,
): ConsentReceipt['events'][number] {
  const state = stateOf(entry);
  return {
    event_time: entry.at,
    event_type: 'dpv:ExplicitlyExpressedConsent',
    event_state: state,
    event_action: entry.action,
    entity_id: entry.actor.id ?? issuer,
    validity_duration: isGiven(state) ? validity : null,
  };
}

function partiesOf({ personId, organization }: ReceiptSubject, { issuer }: Issue): ReceiptParty[] {
  const controller = { party_role: 'dpv:DataController' } as const;
  return [
    { party_id: personId, party_name: null, party_role: 'dpv:DataSubject', party_url: null },
    { party_id: issuer, party_name: 'TruConn', ...controller, party_url: issuer },
    ...(organization === null
      ? []
      : [{ party_id: organization.id, party_name: organization.name, ...controller, party_url: null }]),
  ];
}
