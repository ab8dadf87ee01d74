export type { Json, LedgerAction, LedgerActor, LedgerEntry } from '@truconn/contract';
export { type LedgerProblem, type LedgerVerdict, verifyLedger } from '@truconn/contract/ledger-chain';
