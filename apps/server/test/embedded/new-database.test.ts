import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedDatabase, embeddedDatabaseStatus } from '../../src/database/embedded/index.ts';
import { makeYard, makeYardWithDatabase, query, type Yard } from './support.ts';

// Every character that a shell or a connection string could trip over.
const AWKWARD_NAME = `it's "all" $HOME \`id\` %20 \\ ünï 数据`;

describe('a new embedded database', () => {
  let yard: Yard;
  let database: EmbeddedDatabase;

  beforeAll(async () => {
    yard = await makeYard(AWKWARD_NAME);
    database = await yard.join();
  });

  afterAll(async () => {
    await database.leave();
    await yard[Symbol.asyncDispose]();
  });

  it('is a real PostgreSQL that keeps what is committed and listens to this machine alone', async () => {
    const names = ['fsync', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone'];
    const columns = names.map((name) => `current_setting('${name}') as "${name}"`).join(', ');
    expect(await query(database.ownerUrl, `select ${columns}`)).toEqual([
      {
        fsync: 'on',
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        server_encoding: 'UTF8',
        TimeZone: 'UTC',
      },
    ]);
  });

  it('sorts the same on every machine', async () => {
    const rows = await query(
      database.appUrl,
      'select datlocprovider, datlocale from pg_database where datname = current_database()',
    );
    expect(rows).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8' }]);
  });

  it('gives the server a role that can neither change tables nor look into other databases', async () => {
    const rows = await query(
      database.appUrl,
      'select rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(rows).toEqual([
      {
        rolname: 'truconn_app',
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
      },
    ]);
    await expect(query(database.appUrl, 'create table mine (id int)')).rejects.toThrow(/permission denied/);
    await expect(query(database.appUrl, 'create temporary table mine (id int)')).rejects.toThrow(/denied/);
    const elsewhere = database.appUrl.replace('/truconn?', '/postgres?');
    await expect(query(elsewhere, 'select 1')).rejects.toThrow(/permission denied for database/);
  });

  it('lets the owner make tables, and databases from templates', async () => {
    await query(database.ownerUrl, 'create table theirs (id int)');
    await query(database.adminUrl, 'create database copy template truconn');
    await query(database.adminUrl, 'drop database copy');
    expect(new URL(database.adminUrl).pathname).toBe('/postgres');
  });

  it('refuses a wrong password and the default ones', async () => {
    for (const password of ['postgres', 'password', '']) {
      const url = new URL(database.ownerUrl);
      url.password = password;
      await expect(query(url.href, 'select 1')).rejects.toThrow(/password/i);
    }
  });

  it('keeps passwords and data from other users, and leaves nothing half-made', async () => {
    const modes = await Promise.all(
      ['postgres.json', 'postgres/cluster', 'postgres/server.log'].map(async (name) => {
        return (await stat(path.join(yard.dataDir, name))).mode & 0o777;
      }),
    );
    expect(modes).toEqual([0o600, 0o700, 0o600]);
    expect((await readdir(yard.dataDir)).sort()).toEqual(['postgres', 'postgres.json']);
    expect((await readdir(path.join(yard.dataDir, 'postgres'))).sort()).toEqual(['cluster', 'server.log']);
  });

  it('does not repeat people’s data in its log', async () => {
    await query(database.ownerUrl, 'create table people (email text unique)');
    const insert = "insert into people select 'ada@example.org' from generate_series(1, 2)";
    await expect(query(database.ownerUrl, insert)).rejects.toThrow(/duplicate/);
    expect(await readFile(path.join(yard.dataDir, 'postgres/server.log'), 'utf8')).not.toContain('(ada@');
  });

  it('is described without being touched', async () => {
    expect(await embeddedDatabaseStatus(yard.dataDir, yard.systemRoot)).toEqual({
      created: true,
      running: true,
      directory: database.directory,
      version: '18',
    });
    const elsewhere = path.join(yard.root, 'nothing');
    const directory = path.join(elsewhere, 'postgres', 'cluster');
    expect(await embeddedDatabaseStatus(elsewhere)).toEqual({ created: false, running: false, directory });
    expect(await readdir(yard.root)).not.toContain('nothing');
  });
});

describe('joining and leaving', () => {
  it('finds what was committed before', async () => {
    await using yard = await makeYardWithDatabase();
    const first = await yard.join();
    await query(first.ownerUrl, 'create table kept as select 42 as answer');
    await Promise.all([first.leave(), first.leave()]);
    await first.leave();
    expect(await embeddedDatabaseStatus(yard.dataDir)).toMatchObject({ created: true, running: false });
    const second = await yard.join();
    expect(second.adopted).toBe(false);
    expect(await query(second.ownerUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.leave();
  });

  it('works under a very long path', async () => {
    await using yard = await makeYard();
    yard.dataDir = path.join(yard.root, ...Array.from({ length: 4 }, () => 'ö'.repeat(100)));
    const database = await yard.join();
    expect(await query(database.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await database.leave();
  });
});
