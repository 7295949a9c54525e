FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY weights ./weights
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production UV_THREADPOOL_SIZE=32
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /data tidegate && mkdir /data && chown tidegate /data
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/weights ./weights
COPY package.json LICENSE ./
USER tidegate
VOLUME /data
EXPOSE 7306 7380
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7380/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Beyond loopback the first account needs a password: set TIDEGATE_ROOT_PASSWORD.
CMD ["node", "dist/app/main.js", "serve", "--data", "/data", "--host", "0.0.0.0", "--port", "7306", "--http-host", "127.0.0.1", "--http-port", "7380"]
