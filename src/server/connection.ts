import type { Socket } from 'node:net';
import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { accountText } from '../catalog/accounts.ts';
import { type AuditLog, loginOf } from '../session/accounts/audit.ts';
import type { AdmittedAccount, SessionApi, SessionFactory, SessionIdentity } from '../session/api.ts';
import { type AuthPlugin, newScramble } from '../wire/auth.ts';
import { capability, serverCapabilities, serverStatus } from '../wire/capabilities.ts';
import { readChangeUser } from '../wire/change-user.ts';
import { readCommand } from '../wire/command.ts';
import type { CompressionAlgorithm } from '../wire/compression.ts';
import { writeErr } from '../wire/err.ts';
import { mapError } from '../wire/error-map.ts';
import { type HandshakeResponse, readHandshakeResponse } from '../wire/handshake-response.ts';
import { writeInitialHandshake } from '../wire/initial-handshake.ts';
import { writeOk } from '../wire/ok.ts';
import { isSslRequest } from '../wire/ssl-request.ts';
import { authenticate, type Granted } from './authentication.ts';
import type { RsaKeys, ServerCertificate } from './certificate.ts';
import { ConnectionLost, PacketChannel } from './channel.ts';
import type { ServerCounters } from './counters.ts';
import { Cursors } from './cursors.ts';
import { type CommandContext, dispatch } from './dispatch.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { changesFor, writePlainOk } from './result-writer.ts';

/** What all connections of a server share. */
export interface ConnectionEnvironment {
  readonly sessions: SessionFactory;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly audit?: AuditLog | undefined;
  readonly counters: ServerCounters;
  readonly serverVersion: string;
  readonly handshakePlugin: AuthPlugin;
  readonly localFiles: boolean;
  /** What clients may choose from; empty for none. */
  readonly compression: readonly CompressionAlgorithm[];
  /** Undefined: TLS is not offered. */
  readonly certificate: ServerCertificate | undefined;
  readonly tlsRequired: boolean;
  readonly rsaKeys: () => Promise<RsaKeys>;
}

export interface AcceptedSocket {
  readonly kind: 'tcp' | 'unix';
  readonly socket: Socket;
  /** It comes from a proxy that may say for whom. */
  readonly proxied?: boolean;
  /** Whether it is the one beyond the limit, which only an administrator may have. */
  readonly isExtra?: () => boolean;
}

export type ConnectionState = 'greeting' | 'tls' | 'authenticating' | 'ready' | 'executing' | 'closing';

/** How long a killed connection's statement may take to notice. */
const killGraceMs = 1_000;

/** A longer one would overflow the timer and fire at once. */
const timerMaxMs = 2 ** 31 - 1;

/** After these the byte stream cannot be trusted, or the client has no business here. */
const fatalCodes: ReadonlySet<string> = new Set([
  'ACCESS_DENIED',
  'ACCOUNT_BLOCKED',
  'ACCOUNT_LOCKED',
  'HANDSHAKE_ERROR',
  'MALFORMED_PACKET',
  'MUST_CHANGE_PASSWORD_LOGIN',
  'PACKETS_OUT_OF_ORDER',
  'PACKET_TOO_LARGE',
  'SERVER_SHUTDOWN',
]);

/**
 * One client from accept to close: greeting → (tls) → authenticating → ready ⇄ executing → closing. Commands
 * are read one after another by `#serve`, which begins only when authentication has ended.
 */
export class Connection {
  readonly id: number;
  readonly #environment: ConnectionEnvironment;
  readonly #channel: PacketChannel;
  /** Where the client is: behind a proxy, where the proxy says. */
  #host: string;
  readonly #isUnixSocket: boolean;
  readonly #isExtra: () => boolean;
  readonly #scramble = newScramble();
  readonly #statements: PreparedStatements;
  #state: ConnectionState = 'greeting';
  #tls = false;
  #session: SessionApi | undefined;
  #identity: SessionIdentity | undefined;
  /** The user that a login was tried for. */
  #attempted = '';
  #draining = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #idleTimeoutMs = 0;
  /** When the last command had been answered, on the monotonic clock. */
  #idleSinceMs = 0;

  constructor(id: number, accepted: AcceptedSocket, environment: ConnectionEnvironment) {
    const { socket } = accepted;
    this.id = id;
    this.#environment = environment;
    this.#isUnixSocket = accepted.kind === 'unix';
    this.#host = withoutMapping(socket.remoteAddress ?? 'localhost');
    this.#isExtra = accepted.isExtra ?? (() => false);
    this.#statements = new PreparedStatements(environment.limits.maxAllowedPacketBytes);
    this.#channel = new PacketChannel(socket, environment.limits);
    if (accepted.proxied === true) {
      this.#channel.expectProxyHeader((address) => {
        this.#host = withoutMapping(address);
      });
    }
    this.#channel.onClose(() => this.#session?.interrupt('disconnect'));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Serves the client until it goes or is sent away; never rejects. */
  async run(): Promise<void> {
    const { counters } = this.#environment;
    try {
      await this.#serve(await this.#login());
    } catch (error) {
      this.#fail(error);
    }
    this.#state = 'closing';
    clearTimeout(this.#idleTimer);
    this.#channel.end();
    await this.#closeSession();
    counters.bytesReceived += this.#channel.bytesReceived;
    counters.bytesSent += this.#channel.bytesSent;
  }

  /** Shutdown: an idle connection ends now, one that executes after its statement. */
  drain(): void {
    this.#draining = true;
    if (this.#state !== 'executing') this.#channel.end();
  }

  /** Shutdown, when the time for draining is over. */
  interrupt(): void {
    this.#session?.interrupt('shutdown');
    this.#endSoon();
  }

  /** The session asks for it: KILL. An ERR that is under way is still sent. */
  readonly #disconnect = (): void => {
    this.#draining = true;
    if (this.#state !== 'executing') this.#channel.end();
    else this.#endSoon();
  };

  #endSoon(): void {
    if (this.#channel.blocked) {
      this.#channel.destroy();
      return;
    }
    const timer = setTimeout(() => this.#channel.destroy(), killGraceMs);
    timer.unref();
  }

  async #login(): Promise<CommandContext> {
    const { limits, sessions } = this.#environment;
    const timer = setTimeout(() => this.#channel.destroy(), limits.handshakeTimeoutMs);
    try {
      const response = await this.#greet();
      this.#state = 'authenticating';
      const { info, account } = await this.#authenticate(response);
      const identity = this.#identityOf(response, account, response.attributes);
      if (this.#isExtra() && sessions.isAdministrator?.(identity) !== true) throw tooManyConnections();
      const session = await this.#openSession(identity, response);
      writeOk(this.#channel.writer, {
        affectedRows: 0,
        lastInsertId: 0n,
        status: session.statusFlags,
        warnings: 0,
        info,
        changes: changesFor(session, response.capabilities),
      });
      await this.#channel.flush();
      if (response.compression !== undefined) this.#channel.startCompression(response.compression);
      this.#channel.allowPipelining(session.maxPacketBytes ?? limits.maxAllowedPacketBytes);
      const multiStatements = (response.capabilities & capability.multiStatements) !== 0;
      const { capabilities } = response;
      const statements = this.#statements;
      const cursors = new Cursors(limits.cursorBytes);
      return {
        channel: this.#channel,
        session,
        capabilities,
        sessions,
        identity,
        statements,
        cursors,
        multiStatements,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends the handshake, upgrades to TLS when asked to, and answers the client's response. */
  async #greet(): Promise<HandshakeResponse> {
    const { certificate, tlsRequired, ...environment } = this.#environment;
    const channel = this.#channel;
    const offered = serverCapabilities({
      tls: certificate !== undefined,
      localFiles: environment.localFiles,
      compression: environment.compression,
    });
    writeInitialHandshake(channel.writer, {
      serverVersion: environment.serverVersion,
      connectionId: this.id,
      scramble: this.#scramble,
      capabilities: offered,
      status: serverStatus.autocommit,
      authPlugin: environment.handshakePlugin,
    });
    await channel.flush();
    let payload = await channel.readReply();
    if (certificate !== undefined && isSslRequest(payload)) {
      this.#state = 'tls';
      this.#tls = true;
      channel.upgrade(certificate);
      payload = await channel.readReply();
    }
    const response = readHandshakeResponse(payload, offered);
    if (tlsRequired && !this.#tls && !this.#isUnixSocket) {
      throw new GatewayError(
        'SECURE_TRANSPORT_REQUIRED',
        'Connections using insecure transport are prohibited while --require_secure_transport=ON.',
      );
    }
    return response;
  }

  #authenticate(response: HandshakeResponse): Promise<Granted> {
    const { sessions, certificate, rsaKeys } = this.#environment;
    this.#attempted = response.user;
    return authenticate(response, {
      channel: this.#channel,
      authenticator: sessions.authenticator,
      scramble: this.#scramble,
      host: this.#host,
      secure: this.#tls || this.#isUnixSocket,
      certificateSha256: this.#tls ? certificate?.sha256 : undefined,
      rsaKeys,
    });
  }

  #identityOf(
    { user }: HandshakeResponse,
    { passwordExpired = false, ...account }: AdmittedAccount,
    attributes: ReadonlyMap<string, string>,
  ): SessionIdentity {
    return { user, host: this.#host, account, passwordExpired, attributes, tls: this.#channel.tls };
  }

  async #openSession(identity: SessionIdentity, response: HandshakeResponse): Promise<SessionApi> {
    const session = await this.#environment.sessions.open(identity, {
      connectionId: this.id,
      disconnect: this.#disconnect,
      database: response.database,
      collationId: response.collationId,
      interactive: (response.capabilities & capability.interactive) !== 0,
    });
    this.#session = session;
    this.#auditLogin(identity);
    if (this.#channel.closed) throw new ConnectionLost();
    return session;
  }

  #auditLogin(identity: SessionIdentity): void {
    this.#identity = identity;
    const { account = identity, attributes, tls } = identity;
    this.#environment.audit?.({
      kind: 'connected',
      ...loginOf(this.id, identity),
      account: accountText(account),
      database: this.#session?.database,
      client: attributes.get('program_name') ?? attributes.get('_client_name') ?? '',
      tls,
    });
  }

  #auditFailure({ errno, message }: GatewayError): void {
    this.#environment.audit?.({
      kind: 'loginFailed',
      connectionId: this.id,
      user: this.#attempted,
      host: this.#host,
      errno,
      message,
    });
  }

  async #closeSession(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined && this.#identity !== undefined) {
      this.#environment.audit?.({ kind: 'disconnected', ...loginOf(this.id, this.#identity) });
    }
    try {
      await session?.close();
    } catch (error) {
      this.#environment.logger.error({ connection: this.id, err: error }, 'closing a session failed');
    }
  }

  /** Commands, one after another, until the client quits or something fatal happens. */
  async #serve(login: CommandContext): Promise<void> {
    let context = login;
    const channel = this.#channel;
    while (!this.#draining) {
      this.#state = 'ready';
      this.#watchIdle(context.session.idleTimeoutMs);
      const payload = await channel.readCommand();
      if (this.#draining) throw new GatewayError('SERVER_SHUTDOWN', 'Server shutdown in progress');
      const command = readCommand(payload);
      this.#environment.counters.countCommand(command.kind);
      if (command.kind === 'quit') return;
      this.#state = 'executing';
      if (command.kind === 'changeUser') context = await this.#changeUser(context, command.body);
      else await this.#execute(context, command);
      const drained = channel.flush();
      if (drained !== undefined) await drained;
    }
  }

  /**
   * Closes the connection when the client has sent nothing for `timeoutMs`. One timer for many commands: it is
   * set anew only when it has fired or the timeout has changed.
   */
  #watchIdle(timeoutMs: number): void {
    this.#idleSinceMs = performance.now();
    if (this.#idleTimer !== undefined && this.#idleTimeoutMs === timeoutMs) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimeoutMs = timeoutMs;
    this.#armIdle(timeoutMs);
  }

  #armIdle(delayMs: number): void {
    this.#idleTimer = setTimeout(
      () => {
        const restMs = this.#idleTimeoutMs - (performance.now() - this.#idleSinceMs);
        this.#idleTimer = undefined;
        if (this.#state === 'closing' || this.#channel.closed) return;
        if (this.#state !== 'ready') this.#armIdle(this.#idleTimeoutMs);
        else if (restMs > 0) this.#armIdle(restMs);
        else this.#channel.end();
      },
      Math.min(Math.max(delayMs, 1), timerMaxMs),
    );
    this.#idleTimer.unref();
  }

  async #execute(context: CommandContext, command: Parameters<typeof dispatch>[1]): Promise<void> {
    try {
      await dispatch(context, command);
    } catch (error) {
      if (error instanceof ConnectionLost || this.#channel.closed || isFatal(error)) throw error;
      // These have no reply: an ERR would be taken for the next command's.
      if (command.kind === 'stmtClose' || command.kind === 'stmtSendLongData') throw error;
      this.#writeError(error);
    }
  }

  /** A failure ends the connection, as MySQL has it: the old session is gone. */
  async #changeUser(context: CommandContext, body: Buffer): Promise<CommandContext> {
    const request = readChangeUser(body, context.capabilities);
    const { account } = await this.#authenticate(request).catch((error: unknown) => {
      if (error instanceof GatewayError) this.#auditFailure(error);
      throw error;
    });
    const attributes = request.attributes.size > 0 ? request.attributes : context.identity.attributes;
    const identity = this.#identityOf(request, account, attributes);
    this.#statements.clear();
    await context.cursors.closeAll();
    await this.#closeSession();
    const session = await this.#openSession(identity, request);
    const changed = { ...context, session, identity };
    writePlainOk(changed);
    return changed;
  }

  #writeError(error: unknown): void {
    const { logger, counters } = this.#environment;
    const mapped = mapError(error);
    if (mapped.unexpected) {
      logger.error({ connection: this.id, errno: mapped.errno, err: error }, 'a statement failed');
    }
    counters.errorsSent++;
    this.#channel.writer.abandon();
    writeErr(this.#channel.writer, mapped);
  }

  /** Tells the client why the connection ends. */
  #fail(error: unknown): void {
    const { logger, counters } = this.#environment;
    // A port check or a client that left: nothing to tell and nothing to worry about.
    if (error instanceof ConnectionLost || this.#channel.closed) return;
    if (this.#state === 'authenticating' && error instanceof GatewayError) {
      counters.loginsFailed++;
      logger.warn({ connection: this.id, host: this.#host, errno: error.errno }, 'login refused');
      this.#auditFailure(error);
    }
    this.#writeError(error);
  }
}

/** An IPv4 address that came by an IPv6 socket, in its own form. */
const withoutMapping = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

export const tooManyConnections = (): GatewayError =>
  new GatewayError('TOO_MANY_CONNECTIONS', 'Too many connections');

function isFatal(error: unknown): boolean {
  return error instanceof GatewayError && fatalCodes.has(error.code);
}
