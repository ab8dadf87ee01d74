import { type Kysely, sql } from 'kysely';

/**
 * The schema as SQL text, always in the same order: what a reviewer reads and CI compares. PostgreSQL's
 * own functions print each definition; the embedded binaries have no pg_dump.
 */
export async function dumpSchema<Tables>(db: Kysely<Tables>): Promise<string> {
  const tables = await listTables(db);
  const functions = await listDefinitions(db, FUNCTIONS);
  const parts = [
    '-- The schema after all migrations. Made by `npm run db:dump`; do not edit.',
    ...(await Promise.all(tables.map((table) => describeTable(db, table)))),
    ...functions,
    ...(await listDefinitions(db, TRIGGERS)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const OURS = sql`relnamespace in ('public'::regnamespace, 'truconn_keys'::regnamespace)
  and relname not like 'kysely\\_%'`;

interface TableName {
  name: string;
  /** Without a write-ahead log: a crash empties it. */
  unlogged: boolean;
}

async function listTables<Tables>(db: Kysely<Tables>): Promise<TableName[]> {
  const result = await sql<TableName>`
    select oid::regclass::text as name, relpersistence = 'u' as unlogged
    from pg_class where relkind = 'r' and ${OURS}
    order by relnamespace::regnamespace::text, relname`.execute(db);
  return result.rows;
}

async function describeTable<Tables>(
  db: Kysely<Tables>,
  { name: table, unlogged }: TableName,
): Promise<string> {
  const columns = await sql<{ definition: string }>`
    select format('%I %s', attname, format_type(atttypid, atttypmod))
      || case when attidentity = 'a' then ' generated always as identity' else '' end
      || coalesce(
          case when attgenerated = 's' then format(' generated always as (%s) stored', pg_get_expr(adbin, adrelid))
          else ' default ' || pg_get_expr(adbin, adrelid) end, '')
      || case when attnotnull then ' not null' else '' end as definition
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped
    order by attnum`.execute(db);
  // NOT NULL stands with its column.
  const constraints = await sql<{ definition: string }>`
    select format('constraint %I %s', conname, pg_get_constraintdef(oid)) as definition
    from pg_constraint where conrelid = ${table}::regclass and contype <> 'n'
    order by contype = 'p' desc, conname`.execute(db);
  const indexes = await sql<{ definition: string }>`
    select pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = ${table}::regclass
      and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
    order by indexrelid::regclass::text`.execute(db);
  const lines = [...columns.rows, ...constraints.rows].map((row) => `  ${row.definition}`);
  return [
    `create ${unlogged ? 'unlogged ' : ''}table ${table} (\n${lines.join(',\n')}\n);`,
    ...indexes.rows.map((row) => `${row.definition};`),
  ].join('\n');
}

const FUNCTIONS = sql`
  select pg_get_functiondef(oid) as definition from pg_proc
  where pronamespace = 'public'::regnamespace order by proname`;
const TRIGGERS = sql`
  select pg_get_triggerdef(pg_trigger.oid) as definition
  from pg_trigger join pg_class on pg_class.oid = tgrelid
  where not tgisinternal and ${OURS} order by relname, tgname`;

async function listDefinitions<Tables>(db: Kysely<Tables>, query: typeof FUNCTIONS): Promise<string[]> {
  const result = await query.$castTo<{ definition: string }>().execute(db);
  return result.rows.map((row) => `${row.definition.trim()};`);
}
