export type {
  ConsentReceipt,
  Json,
  Language,
  LedgerAction,
  LedgerActor,
  LedgerEntry,
  ReceiptContext,
  ReceiptData,
  ReceiptEvent,
  ReceiptKey,
  ReceiptKeySet,
  ReceiptNotice,
  ReceiptParty,
  ReceiptProcessing,
  ReceiptPurpose,
  ReceiptState,
  ReceiptValidity,
} from '@truconn/contract';
export { type LedgerProblem, type LedgerVerdict, verifyLedger } from '@truconn/contract/ledger-chain';
export {
  type ReceiptProblem,
  type ReceiptVerdict,
  type VerifyReceiptOptions,
  verifyReceipt,
} from '@truconn/contract/receipt-verification';
export { type FetchReceiptKeysOptions, fetchReceiptKeys } from './fetch-receipt-keys.ts';
