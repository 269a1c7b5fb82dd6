#!/bin/bash
# Runs once, when the server's volume is empty: a role and a database of its own for each service. Nobody else may
# connect to it, and its owner may create the trusted extension that booking needs (btree_gist).
set -euo pipefail
for service in availability booking notification recurrence_engine sync; do
  password="${service^^}_DATABASE_PASSWORD"
  psql --set ON_ERROR_STOP=1 --set name="$service" --set password="${!password}" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
