import { chmod, lstat, rm } from 'node:fs/promises';
import {
  type AddressInfo,
  type BlockList,
  connect,
  createServer,
  isIPv6,
  type Server,
  type Socket,
} from 'node:net';
import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { AuditLog } from '../session/accounts/audit.ts';
import type { SessionFactory } from '../session/api.ts';
import { type AuthPlugin, sha2Plugin } from '../wire/auth.ts';
import { compressionAlgorithms } from '../wire/compression.ts';
import { writeErr } from '../wire/err.ts';
import { PacketWriter } from '../wire/packet-writer.ts';
import { lazyRsaKeys, loadCertificate, type TlsOptions } from './certificate.ts';
import {
  type AcceptedSocket,
  Connection,
  type ConnectionEnvironment,
  tooManyConnections,
} from './connection.ts';
import { ServerCounters } from './counters.ts';
import { type HttpListener, startHttp } from './http.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A unix socket to listen on too; one that nobody listens on any more is replaced. */
  readonly socketPath?: string | undefined;
  /** Where /healthz, /readyz and /metrics are served. */
  readonly http?: { readonly host: string; readonly port: number } | undefined;
  readonly sessions: SessionFactory;
  readonly logger: Logger;
  /** Told of logins and their refusals; left out where no audit log is kept. */
  readonly audit?: AuditLog | undefined;
  readonly limits: Limits;
  readonly tls: TlsOptions;
  /** As VERSION() says it. */
  readonly serverVersion: string;
  /** The plugin that the handshake names; clients of both are served either way. */
  readonly authPlugin?: AuthPlugin;
  /** Whether LOAD DATA LOCAL is offered; true when left out. */
  readonly localFiles?: boolean;
  /** Whether compression is offered; true when left out. */
  readonly compression?: boolean;
  /** The networks of proxies that say for whom they connect (PROXY protocol); none when left out. */
  readonly proxies?: BlockList | undefined;
  /** An additional condition of /readyz. */
  readonly ready?: () => boolean;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RunningServer {
  readonly address: Address;
  readonly httpAddress: Address | undefined;
  /**
   * Graceful shutdown: no new connections, idle ones closed, running statements given `limits.drainTimeoutMs`
   * and then interrupted. Resolves when every session is closed.
   */
  close(): Promise<void>;
}

const addressOf = (server: Server): Address => {
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
};

function listen(server: Server, where: { port: number; host: string } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isProxy(proxies: BlockList | undefined, address: string): boolean {
  return proxies?.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') === true;
}

/** Rejects when the path is something else than a socket, or another process listens on it. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} exists and is not a socket`);
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => resolve(true));
    probe.on('connect', () => probe.destroy());
    probe.on('error', () => resolve(false));
  });
  if (isServed) throw new Error(`another process listens on ${path}`);
  await rm(path, { force: true });
}

const closeListener = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));

/** Starts listening. Rejects when an address is taken or the certificate cannot be read. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { limits, tls } = options;
  const pool = new ConnectionPool({
    sessions: options.sessions,
    limits,
    logger: options.logger,
    audit: options.audit,
    counters: new ServerCounters(),
    serverVersion: options.serverVersion,
    handshakePlugin: options.authPlugin ?? sha2Plugin,
    localFiles: options.localFiles ?? true,
    compression: options.compression === false ? [] : compressionAlgorithms,
    certificate: tls.mode === 'off' ? undefined : await loadCertificate(tls),
    tlsRequired: tls.mode === 'required',
    rsaKeys: lazyRsaKeys(),
  });
  const socketOptions = { noDelay: true, keepAlive: true, highWaterMark: limits.socketWriteBufferBytes };
  const listeners = [
    createServer(socketOptions, (socket) => {
      const { remoteAddress } = socket;
      const proxied = remoteAddress !== undefined && isProxy(options.proxies, remoteAddress);
      pool.accept({ kind: 'tcp', socket, proxied });
    }),
  ];
  let http: HttpListener | undefined;
  try {
    await listen(listeners[0]!, { port: options.port, host: options.host });
    if (options.socketPath !== undefined) {
      await removeStaleSocket(options.socketPath);
      listeners.push(createServer(socketOptions, (socket) => pool.accept({ kind: 'unix', socket })));
      await listen(listeners[1]!, { path: options.socketPath });
      // Whoever may enter the directory may connect, as with MySQL's socket; accounts and passwords decide.
      await chmod(options.socketPath, 0o777);
    }
    if (options.http !== undefined) {
      http = await startHttp({
        ...options.http,
        ready: () => !pool.draining && (options.ready?.() ?? true),
        metrics: () => [...pool.counters.metrics(), ...(options.sessions.metrics?.() ?? [])],
      });
    }
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  for (const listener of listeners) {
    listener.on('error', (error) => options.logger.error({ err: error }, 'listener failed'));
  }
  return {
    address: addressOf(listeners[0]!),
    httpAddress: http?.address,
    async close() {
      const closed = listeners.map(closeListener);
      await pool.close();
      await http?.close();
      await Promise.all(closed);
    },
  };
}

/** Time beyond `drainTimeoutMs` for interrupted statements to end. */
const interruptGraceMs = 2_000;

/** The open connections. */
class ConnectionPool {
  readonly counters: ServerCounters;
  readonly #environment: ConnectionEnvironment;
  readonly #connections = new Map<Connection, Promise<void>>();
  #nextId = 1;
  #closed: Promise<void> | undefined;

  constructor(environment: ConnectionEnvironment) {
    this.#environment = environment;
    this.counters = environment.counters;
  }

  get draining(): boolean {
    return this.#closed !== undefined;
  }

  accept(accepted: AcceptedSocket): void {
    const { maxConnections } = this.#environment.limits;
    // One more than the limit may try: it is an administrator's, which the login will show.
    const isExtra = this.#connections.size >= maxConnections;
    if (this.draining || this.#connections.size > maxConnections) {
      this.counters.connectionsRefused++;
      refuse(accepted.socket, this.draining);
      return;
    }
    const connection = new Connection(
      this.#nextId,
      { ...accepted, isExtra: () => isExtra && this.#connections.size > maxConnections },
      this.#environment,
    );
    // The id is a u32 in the handshake.
    this.#nextId = this.#nextId === 0xffff_ffff ? 1 : this.#nextId + 1;
    this.counters.connectionsAccepted++;
    this.counters.connectionsOpen++;
    const ended = connection.run().finally(() => {
      this.#connections.delete(connection);
      this.counters.connectionsOpen--;
    });
    this.#connections.set(connection, ended);
  }

  close(): Promise<void> {
    this.#closed ??= this.#drain();
    return this.#closed;
  }

  async #drain(): Promise<void> {
    for (const connection of this.#connections.keys()) connection.drain();
    const { drainTimeoutMs } = this.#environment.limits;
    if (await this.#allEndWithin(drainTimeoutMs)) return;
    for (const connection of this.#connections.keys()) connection.interrupt();
    if (await this.#allEndWithin(drainTimeoutMs + interruptGraceMs)) return;
    this.#environment.logger.error(
      { connections: this.#connections.size },
      'statements ignored the shutdown',
    );
  }

  async #allEndWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const all = Promise.all(this.#connections.values()).then(() => true);
    const ended = await Promise.race([all, timeout]);
    clearTimeout(timer);
    return ended;
  }
}

/** The client is told before the handshake. */
function refuse(socket: Socket, draining: boolean): void {
  const error = draining
    ? new GatewayError('SERVER_SHUTDOWN', 'Server shutdown in progress')
    : tooManyConnections();
  const writer = new PacketWriter();
  writeErr(writer, error);
  socket.on('error', () => socket.destroy());
  socket.end(writer.take());
  socket.setTimeout(1_000, () => socket.destroy());
}
