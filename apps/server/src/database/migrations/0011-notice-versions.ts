import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // record_schema: what a record of this category must fulfil; null where the fields come from the profile.
  // notice_grace_days: so long an older notice's consents stand after a new one is published; null: until it is
  // withdrawn by hand.
  await sql`
    alter table categories
      add column record_schema jsonb,
      add column notice_grace_days integer check (notice_grace_days between 0 and 3650)`.execute(db);
  // What a version covers never changes: a consent given to it releases these fields and no others.
  await sql`
    create table notice_versions (
      category_id integer not null references categories,
      version integer not null check (version > 0),
      fields text[] not null,
      published_at timestamptz not null,
      withdrawn_at timestamptz,
      primary key (category_id, version)
    )`.execute(db);
  await sql`
    insert into notice_versions (category_id, version, fields, published_at)
    select category_id, version, categories.fields, min(published_at)
    from notices join categories on categories.id = category_id
    group by category_id, version, categories.fields`.execute(db);
  // Servers of the version before still read published_at of the notices while this one is rolled out.
  await sql`
    alter table notices
      alter column published_at set default now(),
      add column changes text check (changes <> ''),
      add column needs_review boolean not null default false,
      add foreign key (category_id, version) references notice_versions`.execute(db);
  await sql`update notices set needs_review = true where language <> 'en'`.execute(db);
  await sql`alter table consents add column notice_hash text check (notice_hash ~ '^[0-9a-f]{64}$')`.execute(
    db,
  );
  await sql`
    update consents set notice_hash = encode(sha256(convert_to(body, 'UTF8')), 'hex')
    from notices
    where notices.category_id = consents.category_id
      and notices.version = notice_version and language = notice_language`.execute(db);
  await sql`
    create index consents_of_notice on consents (category_id, notice_version) where granted`.execute(db);
}
