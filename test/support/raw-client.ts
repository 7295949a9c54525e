import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** Reads and writes packets by hand: what no real client would send can be sent with it. */
export class RawClient {
  socket: Socket;
  #received: Buffer[] = [];
  #notify: () => void = () => {};
  /** Set when the server has closed. */
  ended = false;
  /** Sequence id of the packet read last. */
  lastSequence = -1;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#listen(socket);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connectTcp({ port, host: '127.0.0.1', noDelay: true });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#notify();
    });
    const end = (): void => {
      this.ended = true;
      this.#notify();
    };
    socket.on('close', end);
    socket.on('end', end);
    socket.on('error', () => {});
  }

  async #bytes(count: number): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#received.reduce((total, chunk) => total + chunk.length, 0) >= count) {
        const all = Buffer.concat(this.#received);
        this.#received = [all.subarray(count)];
        return all.subarray(0, count);
      }
      if (this.ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  /** The payload of the next physical packet; undefined when the server has closed. */
  async packet(): Promise<Buffer | undefined> {
    const header = await this.#bytes(4);
    if (header === undefined) return undefined;
    this.lastSequence = header[3]!;
    return this.#bytes(header.readUIntLE(0, 3));
  }

  /** Waits until the server has closed; what it sent before is left to be read. */
  async closed(): Promise<void> {
    while (!this.ended) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  send(payload: Uint8Array | string, sequence = 0): void {
    this.socket.write(framed(payload, sequence));
  }

  /** Goes over to TLS; `first`, in the clear, and the TLS client's hello leave in one piece. */
  async startTls(first: Buffer): Promise<void> {
    const plain = this.socket;
    plain.removeAllListeners('data');
    let prefix = first;
    const transport = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        plain.write(Buffer.concat([prefix, chunk]), () => done());
        prefix = Buffer.alloc(0);
      },
    });
    plain.on('data', (chunk) => transport.push(chunk));
    plain.on('close', () => transport.push(null));
    const secure = connectTls({ socket: transport, rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
    });
    this.socket = secure;
    this.#listen(secure);
  }

  /** Logs in as an account without a password. */
  async login(options: { capabilities?: number; user?: string; database?: string } = {}): Promise<Buffer> {
    await this.packet();
    this.send(handshakeResponse(options), 1);
    const reply = await this.packet();
    if (reply === undefined) throw new Error('the server closed during login');
    return reply;
  }

  close(): void {
    this.socket.destroy();
  }
}

export function framed(payload: Uint8Array | string, sequence = 0): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, body]);
}

/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH. */
export const plainCapabilities = 0x0008_8200;

export function handshakeResponse(options: {
  readonly capabilities?: number;
  readonly user?: string;
  readonly authData?: Buffer;
  readonly database?: string;
  readonly plugin?: string;
  readonly attributes?: Buffer;
}): Buffer {
  const head = Buffer.alloc(32);
  const withDb = options.database === undefined ? 0 : 8;
  head.writeUInt32LE(((options.capabilities ?? plainCapabilities) | withDb) >>> 0, 0);
  head[8] = 45;
  const authData = options.authData ?? Buffer.alloc(0);
  return Buffer.concat([
    head,
    Buffer.from(`${options.user ?? 'root'}\0`),
    Buffer.of(authData.length),
    authData,
    Buffer.from(options.database === undefined ? '' : `${options.database}\0`),
    Buffer.from(`${options.plugin ?? 'mysql_native_password'}\0`),
    options.attributes ?? Buffer.alloc(0),
  ]);
}

/** errno and text of an ERR packet. */
export function readErr(packet: Buffer | undefined): { errno: number; message: string } {
  if (packet === undefined || packet[0] !== 0xff) throw new Error(`no ERR: ${packet?.toString('hex')}`);
  return { errno: packet.readUInt16LE(1), message: packet.subarray(9).toString() };
}

/** The 20 scramble bytes of the initial handshake. */
export function scrambleOf(handshake: Buffer): Buffer {
  const at = handshake.indexOf(0) + 1 + 4;
  return Buffer.concat([handshake.subarray(at, at + 8), handshake.subarray(at + 27, at + 39)]);
}
