import type { Credentials } from './credentials.ts';

export interface DatabaseUrls {
  /** The owner, who may change tables: for migrations. */
  ownerUrl: string;
  /** The plain role that the server runs as. */
  appUrl: string;
  /** The owner again, in the database "postgres": for making and dropping databases. */
  adminUrl: string;
}

/** The addresses of the database on 127.0.0.1. */
export function databaseUrls(port: number, { ownerPassword, appPassword }: Credentials): DatabaseUrls {
  const url = (role: string, password: string, database: string) =>
    // Said, so that a PGSSLMODE in the environment does not ask our own server for certificates.
    `postgresql://${role}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
  return {
    ownerUrl: url('truconn_owner', ownerPassword, 'truconn'),
    appUrl: url('truconn_app', appPassword, 'truconn'),
    adminUrl: url('truconn_owner', ownerPassword, 'postgres'),
  };
}
