import type { ReceiptContext } from '@truconn/contract';

const dateTime = 'http://www.w3.org/2001/XMLSchema#dateTime';
const iri = '@id';

/**
 * What the names of a receipt mean in the Data Privacy Vocabulary, as the W3C's guide to ISO/IEC TS 27560:2023 maps
 * them (https://w3id.org/dpv/guides/consent-27560). It goes with each receipt, so that none needs the network to be
 * read. Names that are not here have no IRI; tools of JSON-LD leave them out.
 */
export const RECEIPT_CONTEXT: ReceiptContext = {
  dpv: 'https://w3id.org/dpv#',
  dct: 'http://purl.org/dc/terms/',
  schema_version: { '@id': 'dct:conformsTo', '@type': iri },
  receipt_id: 'dct:identifier',
  record_id: 'dct:source',
  pii_principal_id: 'dpv:hasDataSubject',
  issued_at: { '@id': 'dct:issued', '@type': dateTime },
  consent_status: { '@id': 'dpv:hasStatus', '@type': iri },
  pii_processing: 'dpv:hasProcess',
  privacy_notice: 'dpv:hasNotice',
  version: 'dct:hasVersion',
  language: 'dct:language',
  purposes: 'dpv:hasProcess',
  purpose: 'dpv:hasPurpose',
  lawful_basis: { '@id': 'dpv:hasLegalBasis', '@type': iri },
  pii_information: 'dpv:hasPersonalData',
  pii_type: 'dct:type',
  pii_attribute_id: 'dct:identifier',
  pii_controllers: 'dpv:hasDataController',
  recipient_third_parties: 'dpv:hasRecipient',
  withdrawal_method: { '@id': 'dpv:hasConsentControl', '@type': iri },
  parties: 'dpv:hasEntity',
  party_id: 'dpv:hasIdentifier',
  party_name: 'dpv:hasName',
  party_role: '@type',
  events: 'dpv:hasConsentStatus',
  event_time: { '@id': 'dpv:isIndicatedAtTime', '@type': dateTime },
  event_type: { '@id': 'dpv:hasLegalBasis', '@type': iri },
  event_state: '@type',
  entity_id: 'dpv:isIndicatedBy',
  validity_duration: 'dpv:hasDuration',
  until: { '@id': 'dct:valid', '@type': dateTime },
};
