import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { type Logger, silentLogger } from '../../src/base/logger.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/server.ts';
import type { SessionFactory } from '../../src/session/api.ts';

export interface TestServer extends RunningServer {
  readonly port: number;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/** A server on a free port of 127.0.0.1, its certificate in a temporary directory. */
export async function startTestServer(
  sessions: SessionFactory,
  options: Partial<Omit<ServerOptions, 'limits' | 'tls'>> & {
    readonly limits?: Partial<Limits>;
    readonly tlsMode?: 'auto' | 'off' | 'required';
    readonly logger?: Logger;
  } = {},
): Promise<TestServer> {
  const { limits, tlsMode = 'off', ...rest } = options;
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-server-'));
  const running = await startServer({
    host: '127.0.0.1',
    port: 0,
    sessions,
    logger: silentLogger,
    serverVersion: '8.0.40-tidegate',
    ...rest,
    limits: { ...defaultLimits, drainTimeoutMs: 200, ...limits },
    tls: { mode: tlsMode, directory },
  });
  return {
    ...running,
    port: running.address.port,
    async stop() {
      await running.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
