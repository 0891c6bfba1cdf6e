# One image for every production process; docker-compose.yml says which command each runs.
FROM node:24-bookworm-slim AS install
WORKDIR /app
ENV CI=true
COPY . .
# Without devDependencies and without optional ones: the embedded PostgreSQL is for installations that have no server.
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --prod --no-optional \
      --filter '@quhua/scheduler...' --filter '@quhua/worker...' --filter '@quhua/cli...'

FROM node:24-bookworm-slim
ENV NODE_ENV=production TZ=UTC QUHUA_HOME=/var/lib/quhua QUHUA_CONFIG=/app/config/kashgar
# Empty volumes take over this owner, so that the processes can write to them.
RUN install -d -o node -g node /var/lib/quhua /var/lib/quhua/inbox
COPY --from=install /app /app
WORKDIR /app
USER node
VOLUME /var/lib/quhua
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
  CMD ["node", "services/cli/src/main.ts", "status", "--health"]
CMD ["node", "services/worker/src/main.ts"]
