import { createHash } from 'node:crypto';
import type {
  AdminCategory,
  CreateCategoryInput,
  NoticeTextsInput,
  NoticeVersion,
  PublishNoticeInput,
} from '@truconn/contract';
import type { Person } from '../support/test-app.ts';

/** A notice in every language; what is new is said in English alone. */
export function textsOf(what: string): NoticeTextsInput & PublishNoticeInput['texts'] {
  return {
    en: { text: `${what}, in English.`, changes: `${what} is new.` },
    hi: { text: `${what}, हिन्दी में।` },
    gu: { text: `${what}, ગુજરાતીમાં.` },
  };
}

let made = 0;

/** A category of the test's own: what is published in it is no matter of other tests. */
export async function newCategory(
  admin: Person,
  input: Partial<CreateCategoryInput> = {},
): Promise<AdminCategory> {
  made += 1;
  return admin.client.admin.categories.create.mutate({
    key: `category-${made}`,
    name: `Category ${made}`,
    description: 'Made by a test.',
    fields: ['mobile'],
    texts: textsOf('The first'),
    ...input,
  });
}

/** Publishes the next version of a category's notice. */
export function publish(
  admin: Person,
  categoryId: number,
  input: Partial<PublishNoticeInput> = {},
): Promise<NoticeVersion> {
  return admin.client.admin.notices.publish.mutate({ categoryId, texts: textsOf('The next'), ...input });
}

export function withdraw(admin: Person, categoryId: number, version: number, at?: string) {
  return admin.client.admin.notices.withdraw.mutate({ categoryId, version, at });
}

/** SHA-256 of a text in UTF-8, as anybody can make it. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
