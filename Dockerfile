# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts ./scripts/
COPY scripts/console ./scripts/console
COPY migrations ./migrations
COPY src ./src
COPY console ./console
# There is no git history in the build context: pass the commit with --build-arg BUILD_COMMIT=$(git rev-parse HEAD).
ARG BUILD_COMMIT
# The embedded PostgreSQL is for development only.
RUN npm run build && npm prune --omit=dev --omit=optional \
  && rm -rf node_modules/embedded-postgres-server node_modules/scenario-schema dist/node_modules

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 UV_THREADPOOL_SIZE=68
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY config ./config
# The service cannot modify its own program, which belongs to root; it writes to .data only.
RUN ln -s /app/dist/src/main.js /usr/local/bin/rollcall && install -d -o node -g node -m 0700 /app/.data
USER node
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["rollcall", "healthcheck"]
# Exec form: the service is process 1 and receives SIGTERM.
CMD ["rollcall", "serve"]
