// A process that shares an embedded database: joins, says so on stdout, and leaves when told on stdin.
// With a number of rounds it joins and leaves that many times by itself.
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { joinEmbeddedDatabase } from '../../src/database/embedded/index.ts';

const [dataDir = '', systemRoot = '', rounds = '0'] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); round += 1) {
  const database = await joinEmbeddedDatabase({ dataDir, systemRoot });
  const client = new Client(database.appUrl);
  await client.connect();
  await client.query('select 1');
  await client.end();
  await delay(Math.random() * 60);
  await database.leave();
}

if (rounds === '0') {
  const { leave, ...database } = await joinEmbeddedDatabase({ dataDir, systemRoot });
  console.log(JSON.stringify({ ...database, pid: process.pid }));
  process.stdin.once('data', async () => {
    await leave();
    process.stdin.destroy();
  });
}
