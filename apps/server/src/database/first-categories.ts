import type { Language, RecordSchema } from '@truconn/contract';
import { EN } from './first-notices/en.ts';
import { GU } from './first-notices/gu.ts';
import { HI } from './first-notices/hi.ts';
import { FIRST_RECORD_SCHEMAS } from './first-record-schemas.ts';

/** A category as the first start creates it. Later changes are an administrator's, not this file's. */
export interface FirstCategory {
  id: number;
  key: string;
  name: string;
  description: string;
  fields: string[];
  /** Where the fields come from a record, and not from the profile. */
  recordSchema?: RecordSchema;
  /** Version 1 of the notice. */
  notice: Record<Language, string>;
}

const noticeOf = (key: keyof typeof EN) => ({ en: EN[key], hi: HI[key], gu: GU[key] });

export const FIRST_CATEGORIES: FirstCategory[] = [
  {
    id: 1,
    key: 'identity',
    name: 'Identity',
    description: 'Your first name, last name and username.',
    fields: ['firstName', 'lastName', 'username'],
    notice: noticeOf('identity'),
  },
  {
    id: 2,
    key: 'contact',
    name: 'Contact',
    description: 'Your e-mail address, mobile number and postal address.',
    fields: ['email', 'mobile', 'address'],
    notice: noticeOf('contact'),
  },
  {
    id: 3,
    key: 'location',
    name: 'Location',
    description: 'The place you entered in your profile.',
    fields: ['location'],
    notice: noticeOf('location'),
  },
  {
    id: 4,
    key: 'health',
    name: 'Health',
    description: 'The health record that you keep here.',
    fields: ['bloodGroup', 'allergies', 'conditions', 'medications'],
    recordSchema: FIRST_RECORD_SCHEMAS.health,
    notice: noticeOf('health'),
  },
  {
    id: 5,
    key: 'financial',
    name: 'Financial',
    description: 'The financial record that you keep here.',
    fields: ['bankName', 'accountNumber', 'annualIncome', 'taxId'],
    recordSchema: FIRST_RECORD_SCHEMAS.financial,
    notice: noticeOf('financial'),
  },
  {
    id: 6,
    key: 'education',
    name: 'Education',
    description: 'The education record that you keep here.',
    fields: ['institution', 'qualification', 'yearOfCompletion'],
    recordSchema: FIRST_RECORD_SCHEMAS.education,
    notice: noticeOf('education'),
  },
  {
    id: 7,
    key: 'employment',
    name: 'Employment',
    description: 'The employment record that you keep here.',
    fields: ['employer', 'position', 'startDate'],
    recordSchema: FIRST_RECORD_SCHEMAS.employment,
    notice: noticeOf('employment'),
  },
];
