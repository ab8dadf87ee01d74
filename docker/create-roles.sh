#!/bin/sh
# PostgreSQL's image runs this once, while its volume is still empty: one role owns the tables,
# the other serves and can change neither them nor the ledger's past.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$TRUCONN_OWNER_PASSWORD" \
  --set app_password="$TRUCONN_APP_PASSWORD" <<'SQL'
create role truconn_owner login password :'owner_password';
create role truconn_app login password :'app_password';
create database truconn owner truconn_owner;
revoke all on database truconn from public;
grant connect on database truconn to truconn_app;
alter role truconn_app set statement_timeout = '10s';
alter role truconn_app set lock_timeout = '5s';
alter role truconn_app set idle_in_transaction_session_timeout = '15s';
SQL
