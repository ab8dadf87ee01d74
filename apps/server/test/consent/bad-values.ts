import { expect } from 'vitest';
import type { CallAnswer } from '../support/test-app.ts';

/** What is no category's id. */
export const NOT_A_CATEGORY: unknown[] = [
  0,
  -1,
  2_147_483_648,
  1.5,
  1e21,
  '4',
  '',
  'one',
  '\0',
  '\ud800',
  null,
  true,
  [1],
  { id: 1 },
];
/** What is no moment. */
export const NOT_A_MOMENT: unknown[] = [
  'tomorrow',
  '',
  '2090-13-01T00:00:00Z',
  '2090-02-30T00:00:00Z',
  '2090-01-01',
  '2090-01-01T00:00:00',
  '+010000-01-01T00:00:00Z',
  4_000_000_000_000,
  true,
  {},
  '2090-01-01T00:00:00Z\0',
  '\udfff',
];
/** Bounds that no list gave or takes; each holds one field. */
export const NOT_A_PAGE: Record<string, unknown>[] = [
  { limit: 0 },
  { limit: -1 },
  { limit: 101 },
  { limit: 1.5 },
  { limit: '10' },
  { limit: null },
  { cursor: '' },
  { cursor: 'x' },
  { cursor: '../..' },
  { cursor: 'MA' },
  { cursor: 'LTE' },
  { cursor: 'MjE0NzQ4MzY0OA' },
  { cursor: 'MSBPUiAx' },
  { cursor: 1 },
  { cursor: null },
  { cursor: 'A'.repeat(201) },
  { cursor: '\ud800' },
  { cursor: '\0' },
];

/** Expects a coded refusal that names the field and says why in whole sentences. */
export function expectRefusal(answer: CallAnswer, field: string): void {
  expect(answer.body).toMatchObject({
    error: {
      data: {
        code: 'INVALID_INPUT',
        httpStatus: 400,
        requestId: answer.headers.get('x-request-id'),
        fields: { [field]: expect.any(Array) },
      },
    },
  });
  for (const sentence of answer.body.error.data.fields[field]) expect(sentence).toMatch(/[.!?]$/);
  expect(answer.status).toBe(400);
}
