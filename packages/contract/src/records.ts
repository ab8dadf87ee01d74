import type { Json } from './ledger.ts';

/** A JSON Schema (draft 2020-12) of an object: what a record of one category must fulfil. */
export interface RecordSchema {
  type: 'object';
  properties: { [field: string]: { [keyword: string]: Json } };
  [keyword: string]: Json;
}
