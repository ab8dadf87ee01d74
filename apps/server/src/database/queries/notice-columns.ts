import type { Language } from '@truconn/contract';
import { type RawBuilder, sql } from 'kysely';

/** What is new in one version, as it comes out of the database's JSON. */
export interface NoticeChangeRecord {
  version: number;
  /** ISO 8601, with the offset of the connection. */
  publishedAt: string;
  text: string | null;
}

/** SHA-256 of a notice's text in UTF-8, in hex. */
export function hashOf(body: string): RawBuilder<string> {
  return sql<string>`encode(sha256(convert_to(${sql.ref(body)}, 'UTF8')), 'hex')`;
}

/**
 * What is new in each version of a notice after one of them, up to the current one; in English where a language does
 * not say it. For queries that call `categories` `category`; after no version there is nothing new.
 */
export function changesAfter(
  version: RawBuilder<number | null>,
  language: Language,
): RawBuilder<NoticeChangeRecord[]> {
  return sql`(
    select coalesce(json_agg(json_build_object('version', later.version, 'publishedAt', later.published_at,
      'text', coalesce(own.changes, english.changes)) order by later.version), '[]')
    from notice_versions as later
    left join notices as own on own.category_id = later.category_id and own.version = later.version
      and own.language = ${language}
    left join notices as english on english.category_id = later.category_id and english.version = later.version
      and english.language = 'en'
    where later.category_id = category.id and later.version > ${version}
      and later.version <= category.notice_version)`;
}
