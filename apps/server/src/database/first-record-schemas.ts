import type { RecordSchema } from '@truconn/contract';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const texts = { type: 'array', maxItems: 100, items: text(200) };

/** What the first categories' records hold. Nothing is required: people write down what they know. */
export const FIRST_RECORD_SCHEMAS = {
  health: {
    type: 'object',
    properties: {
      bloodGroup: { type: 'string', enum: ['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-'] },
      allergies: texts,
      conditions: texts,
      medications: texts,
    },
    additionalProperties: false,
  },
  financial: {
    type: 'object',
    properties: {
      bankName: text(200),
      accountNumber: text(64),
      annualIncome: { type: 'number', minimum: 0, maximum: 1e15 },
      taxId: text(64),
    },
    additionalProperties: false,
  },
  education: {
    type: 'object',
    properties: {
      institution: text(200),
      qualification: text(200),
      yearOfCompletion: { type: 'integer', minimum: 1900, maximum: 2100 },
    },
    additionalProperties: false,
  },
  employment: {
    type: 'object',
    properties: {
      employer: text(200),
      position: text(200),
      startDate: { type: 'string', format: 'date' },
    },
    additionalProperties: false,
  },
} satisfies Record<string, RecordSchema>;
