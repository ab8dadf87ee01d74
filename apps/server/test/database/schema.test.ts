import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connection.ts';
import { dumpSchema } from '../../src/database/schema-dump.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { runOn } from './support.ts';

const SERVER = path.resolve(import.meta.dirname, '../..');

test('database/schema.sql is the schema of a migrated database; `npm run db:dump` writes it anew', async () => {
  await using database = await createTestDatabase();
  const connected = connectDatabase(database.ownerUrl, { maxConnections: 2 });
  const dump = await dumpSchema(connected.kysely);
  await connected.close();
  expect(dump).toBe(readFileSync(path.join(SERVER, 'database/schema.sql'), 'utf8'));
});

test('the types of tables.ts have the database’s columns: names, types, nullable, made by the database', async () => {
  await using database = await createTestDatabase();
  const rows = await runOn<ColumnRow>(
    database.ownerUrl,
    `select case table_schema when 'public' then '' else table_schema || '.' end || table_name as table_name,
       column_name, udt_name, is_nullable = 'YES' as nullable,
       is_identity = 'YES' or is_generated = 'ALWAYS' as identity, column_default is not null as defaulted
     from information_schema.columns
     where table_schema in ('public', 'truconn_keys') and table_name not like 'kysely%'
     order by table_schema, table_name, ordinal_position`,
  );
  const types = readTableTypes(path.join(SERVER, 'src/database/tables.ts'));
  expect([...types.keys()].sort()).toEqual([...new Set(rows.map((row) => row.table_name))].sort());
  for (const [table, columns] of types) {
    expect(
      columns.map(({ generated: _, ...column }) => column),
      table,
    ).toEqual(
      rows
        .filter((row) => row.table_name === table)
        .map((row) => ({
          name: row.column_name,
          type: STRINGS.includes(row.udt_name) ? 'string' : row.udt_name,
          nullable: row.nullable,
        })),
    );
    for (const { name, generated } of columns) {
      const row = rows.find((each) => each.table_name === table && each.column_name === name);
      if (generated === 'GeneratedAlways') expect(row?.identity, `${table}.${name}`).toBe(true);
      if (generated === 'Generated') expect(row?.defaulted, `${table}.${name}`).toBe(true);
    }
  }
});

interface ColumnRow {
  table_name: string;
  column_name: string;
  udt_name: string;
  nullable: boolean;
  identity: boolean;
  defaulted: boolean;
}

interface ColumnType {
  name: string;
  type: string;
  nullable: boolean;
  generated: string | undefined;
}

/** PostgreSQL's names for a column of a TypeScript type; string and its unions are anything else. */
const POSTGRES: Record<string, string> = {
  Date: 'timestamptz',
  number: 'int4',
  boolean: 'bool',
  Buffer: 'bytea',
  'number[]': '_int4',
  JSONColumnType: 'jsonb',
};
// pg reads a bigint as text, which no JavaScript number could hold.
const STRINGS = ['text', 'uuid', 'int8'];

function readTableTypes(file: string): Map<string, ColumnType[]> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
  const interfaces = new Map(
    source.statements.filter(ts.isInterfaceDeclaration).map((each) => [each.name.text, members(each)]),
  );
  const tables = interfaces.get('Tables') ?? [];
  return new Map(
    tables.map(({ name, type }) => [name, (interfaces.get(type.getText()) ?? []).map(toColumn)]),
  );
}

function members(declaration: ts.InterfaceDeclaration) {
  return declaration.members
    .filter(ts.isPropertySignature)
    .flatMap(({ name, type }) =>
      type === undefined ? [] : [{ name: name.getText().replaceAll("'", ''), type }],
    );
}

function toColumn({ name, type }: { name: string; type: ts.TypeNode }): ColumnType {
  const parts = ts.isUnionTypeNode(type) ? [...type.types] : [type];
  const nullable = parts.some((part) => part.getText() === 'null');
  const [kind] = parts.filter((part) => part.getText() !== 'null');
  const wrapper = kind && ts.isTypeReferenceNode(kind) ? kind.typeName.getText() : undefined;
  const generated = wrapper?.startsWith('Generated') ? wrapper : undefined;
  const inner = generated && kind && ts.isTypeReferenceNode(kind) ? kind.typeArguments?.[0] : kind;
  const text = wrapper === 'JSONColumnType' ? wrapper : (inner?.getText() ?? '');
  const other = text.endsWith('[]') ? '_text' : 'string';
  return { name, type: POSTGRES[text] ?? other, nullable, generated };
}
