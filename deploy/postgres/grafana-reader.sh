#!/bin/sh
# Run once, when the database is made: the user that Grafana reads with, and nothing more.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$GRAFANA_DATABASE_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role grafana login password :'password' connection limit 10;
alter role grafana set statement_timeout = '30s';
grant usage on schema public to grafana;
-- The tables are made later, by SAIMon.
alter default privileges in schema public grant select on tables to grafana;
SQL
