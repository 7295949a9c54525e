import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { TlsFacts } from '../session/api.ts';
import { type Compression, FrameReader, framesOf } from '../wire/compression.ts';
import { type Packet, PacketParser } from '../wire/packet-parser.ts';
import { PacketWriter } from '../wire/packet-writer.ts';
import { readProxyHeader } from '../wire/proxy-header.ts';
import type { ServerCertificate } from './certificate.ts';

/** The client is gone: nothing can be answered any more. */
export class ConnectionLost extends Error {
  constructor() {
    super('the connection was closed');
    this.name = 'ConnectionLost';
  }
}

/** Requests are read ahead up to this many bytes while one executes; more stays in the socket. */
const readAheadBytes = 256 * 1024;
/** How long a connection that we end may take to read our last packet. */
const lingerMs = 1_000;

interface CompressedState {
  readonly compression: Compression;
  readonly frames: FrameReader;
  /** The sequence id of the next frame that we send. */
  sequence: number;
  /** The id of the frame that the packet parsed last ended in. */
  received: number;
}

interface QueuedPacket extends Packet {
  /** The id of its last frame; left out without compression. */
  readonly frame?: number;
}

/** The first bytes of a connection that may come from a proxy, and who wants to know the client's address. */
interface Proxied {
  bytes: Buffer;
  readonly found: (address: string) => void;
}

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One client's socket as packets in and packets out, with back-pressure both ways: reading pauses when enough
 * requests wait, and `flush` answers a promise when the client reads more slowly than we write.
 *
 * Sequence ids are kept here: `readCommand` starts a new exchange, `readReply` continues it.
 */
export class PacketChannel {
  readonly writer = new PacketWriter();
  readonly #parser: PacketParser;
  readonly #limits: Limits;
  readonly #queue: QueuedPacket[] = [];
  #socket: Socket;
  #encrypted = false;
  #queuedBytes = 0;
  #parseAhead = 0;
  #reader: Waiter<Buffer> | undefined;
  /** Undefined while packets go as they are. */
  #compressed: CompressedState | undefined;
  #drains: Waiter<void>[] = [];
  /** What the stream failed with; every later read rejects with it. */
  #failure: Error | undefined;
  #closed = false;
  #certificate: ServerCertificate | undefined;
  #onClose: () => void = () => {};
  /** Until the first bytes have been looked at. */
  #proxied: Proxied | undefined;
  bytesReceived = 0;
  bytesSent = 0;

  constructor(socket: Socket, limits: Limits) {
    this.#socket = socket;
    this.#limits = limits;
    this.#parser = new PacketParser(limits.preAuthPacketBytes);
    this.#attach(socket);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether `flush` is waiting for the client to read. */
  get blocked(): boolean {
    return this.#drains.length > 0;
  }

  /** What the connection is encrypted with; undefined while it is not. */
  get tls(): TlsFacts | undefined {
    const socket = this.#socket;
    if (!(socket instanceof TLSSocket)) return undefined;
    return {
      cipher: socket.getCipher().name,
      version: socket.getProtocol() ?? '',
      certificate: this.#certificate?.clientNames(socket.getPeerX509Certificate()),
    };
  }

  /** The first bytes may be a proxy's header; `found` learns the client's address from it. */
  expectProxyHeader(found: (address: string) => void): void {
    this.#proxied = { bytes: Buffer.alloc(0), found };
  }

  /** `callback` runs once, when the client is gone or the socket was closed by us. */
  onClose(callback: () => void): void {
    this.#onClose = callback;
  }

  /** After login: requests of up to `maxMessageBytes`, and requests parsed ahead. */
  allowPipelining(maxMessageBytes: number): void {
    this.#parser.maxMessageBytes = maxMessageBytes;
    this.#parseAhead = this.#limits.pipelinedCommands;
    this.#pump();
  }

  /** After login, before pipelining is allowed: what was received and not read is compressed, too. */
  startCompression(compression: Compression): void {
    const frames = new FrameReader(compression.algorithm);
    this.#compressed = { compression, frames, sequence: 0, received: 0 };
    frames.push(this.#parser.takeRest());
  }

  /** The next request; error PACKETS_OUT_OF_ORDER unless its sequence id is 0. */
  readCommand(): Promise<Buffer> {
    this.writer.sequence = 0;
    return this.readReply();
  }

  /** The client's next packet in the present exchange. Rejects with ConnectionLost when there is none. */
  readReply(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new ConnectionLost();
      const packet = this.#takeQueued();
      if (packet !== undefined) {
        resolve(this.#accept(packet));
        return;
      }
      this.#reader = { resolve, reject };
      if (this.#failure === undefined) this.#pump();
      this.#rejectReader();
    });
  }

  /** The payload of a packet whose turn it is; the reply goes on behind its sequence id. */
  #accept(packet: QueuedPacket): Buffer {
    const expected = this.writer.sequence;
    this.writer.sequence = (packet.lastSequence + 1) & 0xff;
    if (this.#compressed !== undefined && packet.frame !== undefined) {
      // The frames are numbered; clients let the packets inside take the frames' numbers, or not.
      this.#compressed.sequence = (packet.frame + 1) & 0xff;
    } else if (packet.sequence !== expected) {
      throw new GatewayError('PACKETS_OUT_OF_ORDER', 'Got packets out of order');
    }
    return packet.payload;
  }

  /**
   * Hands what was written to the socket. Undefined when writing may go on at once; otherwise a promise that
   * resolves when the client has read enough and rejects with ConnectionLost when it is gone.
   */
  flush(): Promise<void> | undefined {
    if (this.#closed) throw new ConnectionLost();
    if (this.writer.pendingBytes === 0) return undefined;
    if (this.#write(this.writer.take())) return undefined;
    return new Promise((resolve, reject) => this.#drains.push({ resolve, reject }));
  }

  /** False when the socket's buffer is full. */
  #write(bytes: Buffer): boolean {
    const compressed = this.#compressed;
    if (compressed === undefined) {
      this.bytesSent += bytes.length;
      const socket = this.#socket;
      const goesOn = this.#encrypted ? socket.write(bytes, this.#onWritten) : socket.write(bytes);
      // Without TLS most writes are over at once.
      if (socket.writableLength === 0) this.writer.release();
      return goesOn;
    }
    const frames = framesOf(bytes, compressed.sequence, compressed.compression);
    compressed.sequence = (compressed.sequence + frames.length / 2) & 0xff;
    compressed.frames.expect(compressed.sequence);
    const whole = Buffer.concat(frames);
    this.writer.release();
    this.bytesSent += whole.length;
    return this.#socket.write(whole);
  }

  /** Continues over TLS, with the bytes that came behind the request for it. */
  upgrade(certificate: ServerCertificate): void {
    this.#certificate = certificate;
    const plain = this.#socket;
    this.#detach(plain);
    const early = this.#parser.takeRest();
    if (early.length > 0) plain.unshift(early);
    const highWaterMark = this.#limits.socketWriteBufferBytes;
    // The option exists since Node 12.4 but is missing in the type declarations.
    const options = {
      isServer: true,
      secureContext: certificate.secureContext,
      highWaterMark,
      requestCert: certificate.requestsClients,
      // What an account requires decides later: many need none.
      rejectUnauthorized: false,
    };
    const secure = new TLSSocket(plain, options);
    // A failed handshake is told by this event alone; without ending it the socket would stay open.
    secure.on('_tlsError', () => secure.destroy());
    plain.on('error', () => secure.destroy());
    plain.on('close', () => secure.destroy());
    this.#socket = secure;
    this.#encrypted = true;
    this.#attach(secure);
  }

  /** Sends what was written, says goodbye and closes, giving the client a moment to read. */
  end(): void {
    if (this.#closed) return;
    const socket = this.#socket;
    const rest = this.writer.take();
    this.#detach(socket);
    // Unread bytes at close make the kernel reset the connection, and our last packet would be lost.
    socket.on('data', () => {});
    socket.resume();
    if (rest.length > 0) this.#write(rest);
    socket.end();
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
    this.#finish();
  }

  /** Closes at once. */
  destroy(): void {
    this.#socket.destroy();
    this.#finish();
  }

  #attach(socket: Socket): void {
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onError);
  }

  /** The error handler stays: a socket without one ends the process. */
  #detach(socket: Socket): void {
    socket.off('data', this.#onData);
    socket.off('drain', this.#onDrain);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onEnd);
    socket.pause();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytesReceived += chunk.length;
    if (this.#proxied !== undefined) this.#readProxyHeader(this.#proxied, chunk);
    else if (this.#compressed === undefined) this.#parser.push(chunk);
    else this.#compressed.frames.push(chunk);
    this.#pump();
  };

  #readProxyHeader(proxied: Proxied, chunk: Buffer): void {
    proxied.bytes = Buffer.concat([proxied.bytes, chunk]);
    try {
      const header = readProxyHeader(proxied.bytes);
      if (header.kind === 'incomplete') return;
      this.#proxied = undefined;
      if (header.kind === 'header' && header.address !== undefined) proxied.found(header.address);
      this.#parser.push(header.kind === 'header' ? proxied.bytes.subarray(header.length) : proxied.bytes);
    } catch (error) {
      this.#failure = error as GatewayError;
      this.#rejectReader();
    }
  }

  readonly #onDrain = (): void => {
    const drains = this.#drains;
    this.#drains = [];
    for (const waiter of drains) waiter.resolve();
  };

  readonly #onWritten = (): void => {
    if (this.#socket.writableLength === 0) this.writer.release();
  };

  readonly #onEnd = (): void => {
    this.destroy();
  };

  readonly #onError = (): void => {
    this.destroy();
  };

  /** Parses what came in, as far ahead as allowed, and pauses or resumes the socket. */
  #pump(): void {
    if (this.#failure === undefined) {
      try {
        this.#parse();
      } catch (error) {
        this.#failure = error as GatewayError;
        this.#rejectReader();
      }
    }
    const full =
      this.#queue.length >= Math.max(1, this.#parseAhead) ||
      this.#queuedBytes + this.#parser.bufferedBytes + (this.#compressed?.frames.bufferedBytes ?? 0) >=
        readAheadBytes;
    if (this.#failure !== undefined || (this.#reader === undefined && full)) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #parse(): void {
    while (this.#reader !== undefined || this.#queue.length < this.#parseAhead) {
      const packet = this.#nextPacket();
      if (packet === undefined) return;
      const reader = this.#reader;
      this.#reader = undefined;
      if (reader !== undefined) {
        this.#hand(reader, packet);
      } else {
        this.#queue.push(packet);
        this.#queuedBytes += packet.payload.length;
      }
    }
  }

  #hand(reader: Waiter<Buffer>, packet: QueuedPacket): void {
    try {
      reader.resolve(this.#accept(packet));
    } catch (error) {
      reader.reject(error as GatewayError);
    }
  }

  #nextPacket(): QueuedPacket | undefined {
    const compressed = this.#compressed;
    for (;;) {
      const packet = this.#parser.next();
      if (packet !== undefined) {
        return compressed === undefined ? packet : { ...packet, frame: compressed.received };
      }
      const frame = compressed?.frames.next();
      if (compressed === undefined || frame === undefined) return undefined;
      compressed.received = frame.sequence;
      this.#parser.push(frame.payload);
    }
  }

  #takeQueued(): QueuedPacket | undefined {
    const packet = this.#queue.shift();
    if (packet === undefined) return undefined;
    this.#queuedBytes -= packet.payload.length;
    this.#pump();
    return packet;
  }

  /** Fails the waiting reader when there is nothing to wait for. */
  #rejectReader(): void {
    if (this.#reader === undefined) return;
    const error = this.#failure ?? (this.#closed ? new ConnectionLost() : undefined);
    if (error === undefined) return;
    // An ERR about a message that was refused answers its header.
    if (this.#failure !== undefined) {
      this.writer.sequence = (this.#parser.lastSequence + 1) & 0xff;
      if (this.#compressed !== undefined) this.#compressed.sequence = (this.#compressed.received + 1) & 0xff;
    }
    const reader = this.#reader;
    this.#reader = undefined;
    reader.reject(error);
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rejectReader();
    const drains = this.#drains;
    this.#drains = [];
    for (const waiter of drains) waiter.reject(new ConnectionLost());
    this.#onClose();
  }
}
