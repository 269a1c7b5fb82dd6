#!/bin/sh
# Starts the service named by the first argument or by SERVICE; `node …` runs one of the scripts in deploy/.
set -eu
if [ "${1:-}" = node ]; then
  exec "$@"
fi
service="${1:-${SERVICE:-}}"
if [ -z "$service" ] || [ ! -f "services/$service/src/main.ts" ]; then
  echo "name a service as the argument or in SERVICE: $(ls services | tr '\n' ' ')" >&2
  exit 64
fi
exec node "services/$service/src/main.ts"
