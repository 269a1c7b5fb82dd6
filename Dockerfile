# One image for every service: `docker run … calends booking`, or SERVICE=booking. See deploy/entrypoint.sh.
#
# Node runs the TypeScript as it is, which it does only outside of node_modules: the packages stay workspaces, symbolic
# links in node_modules/@calends that lead to packages/ and services/.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app
ENV CHECKPOINT_DISABLE=1 DO_NOT_TRACK=1 NPM_CONFIG_UPDATE_NOTIFIER=false

# What npm needs to see of the repository, so that a change of code leaves the layers of dependencies as they are.
FROM base AS manifests
COPY . .
RUN mkdir /manifests \
  && cp --parents package.json package-lock.json .npmrc */package.json */*/package.json /manifests/

# Prisma's clients and the pages. The packages' install scripts would fetch a second Node and Prisma's engines.
FROM base AS build
COPY --from=manifests /manifests/ ./
RUN npm ci --ignore-scripts
COPY . .
RUN for schema in services/*/prisma/schema.prisma; do \
    PRISMA_SCHEMA_ENGINE_BINARY=/bin/false node node_modules/prisma/build/index.js generate --schema "$schema" || exit 1; \
  done \
  && (cd apps/web && node ../../node_modules/vite/bin/vite.js build) \
  && mkdir /generated && cp -r --parents services/*/src/gen apps/web/dist /generated/

FROM base AS dependencies
COPY --from=manifests /manifests/ ./
RUN npm ci --omit=dev --omit=peer --omit=optional --ignore-scripts $(printf ' -w %s' services/*)

FROM base
ENV NODE_ENV=production NODE_COMPILE_CACHE=/var/cache/calends
COPY --from=dependencies /app/ ./
COPY packages packages
COPY services services
COPY deploy deploy
COPY --from=build /generated/ ./
RUN install -d -o node -g node "$NODE_COMPILE_CACHE"
# The cache belongs to the account that fills it, so pods run as this one (1000).
USER 1000:1000
# Without a configuration a service loads all of its code and ends with 78: that proves the image and fills the cache.
RUN for service in services/*; do node "$service/src/main.ts" 2>/dev/null; [ "$?" -eq 78 ] || exit 1; done
EXPOSE 8080 9090
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
