import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type GatewayProcess, type MemoryInUse, startGatewayProcess } from '../../support/gateway-process.ts';
import { framed, handshakeResponse } from '../../support/raw-client.ts';

/**
 * Broken packets against a gateway of its own process. TIDEGATE_FUZZ_PACKETS says how many (default 3000),
 * TIDEGATE_FUZZ_SEED repeats a run.
 */
const packetCount = Number(process.env.TIDEGATE_FUZZ_PACKETS ?? 3_000);
const seed = Number(process.env.TIDEGATE_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const requestsPerConnection = 30;
const parallel = 96;

type Random = (below: number) => number;

function generator(start: number): Random {
  let state = start >>> 0;
  return (below) => {
    // xorshift32 (Marsaglia)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

const noise = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: random(most) }, () => random(256)));

const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)]!;

/** Answered by a request for the file, of which the requests that follow are no part. */
const loadData = "LOAD DATA LOCAL INFILE 'x' INTO TABLE f.t";

const texts = [
  'SELECT 1',
  "SELECT 'a', NULL, 1.5, DATE '2020-01-01'",
  'SELECT ? + 1, ?',
  'SELECT * FROM f.t WHERE id = 1',
  'SELECT * FROM f.t',
  'INSERT INTO f.t VALUES (?, ?) ON DUPLICATE KEY UPDATE v = v',
  'SELECT 1; SELECT 2; SELECT 3',
  'SET @a = 1',
  'SET NAMES latin1',
  'BEGIN',
  'KILL 4000000000',
  '/*! SELECT',
  '',
];

const codes = [
  2, 3, 3, 3, 3, 3, 3, 4, 8, 9, 12, 13, 14, 0x16, 0x16, 0x17, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f,
];

/** A request that is well made, or nearly. */
function request(random: Random): Buffer {
  // What ends a connection (QUIT, CHANGE_USER without a password that fits) is rare, or little would follow.
  const rare = random(60) === 0;
  const code = rare ? pick(random, [1, 17, random(256)]) : pick(random, codes);
  const statement = Buffer.from([random(4), 0, 0, 0]);
  const body = (): Buffer => {
    switch (code) {
      case 3:
      case 0x16:
        return Buffer.from(random(40) === 0 ? loadData : pick(random, texts));
      case 0x17: {
        const values = Buffer.from([
          random(4),
          0,
          1,
          random(20),
          random(2) * 128,
          253,
          0,
          random(256),
          0,
          0,
          0,
          3,
          65,
          66,
          67,
        ]);
        return Buffer.concat([statement, Buffer.from([random(16), 1, 0, 0, 0]), values]);
      }
      case 0x18:
        return Buffer.concat([statement, Buffer.from([random(3), 0]), noise(random, 50)]);
      case 0x19:
      case 0x1a:
        return statement;
      case 0x1c:
        return Buffer.concat([statement, Buffer.from([random(200), 0, 0, 0])]);
      case 12:
        return Buffer.from([random(256), random(256), random(256), 255]);
      case 17:
        return Buffer.concat([Buffer.from('fuzz\0'), Buffer.from([random(24)]), noise(random, 40)]);
      case 2:
      case 4:
        return Buffer.from(pick(random, ['f', 'f@v1', 't\0%', '\0', 'none']));
      default:
        return noise(random, 20);
    }
  };
  return mutated(random, Buffer.concat([Buffer.of(code), body()]));
}

/** Mostly as it is; else with a byte changed, a piece cut out or put in. */
function mutated(random: Random, bytes: Buffer): Buffer {
  const at = random(bytes.length + 1);
  switch (random(32)) {
    case 0: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = random(256);
      return changed;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), noise(random, 12), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random(6)))]);
    default:
      return bytes;
  }
}

function compressedFrame(random: Random, plain: Buffer): Buffer {
  const packs = random(2) === 0;
  const body = mutated(random, packs ? deflateSync(plain) : plain);
  const header = Buffer.alloc(7);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = random(20) === 0 ? random(256) : 0;
  header.writeUIntLE(packs ? plain.length + (random(20) === 0 ? random(1000) : 0) : 0, 4, 3);
  return Buffer.concat([header, body]);
}

const capabilities = [0x0008_8200, 0x0109_8280, 0x0800_8200 | 0x0109_0080, 0x0008_8220, 0x0909_82a0];

interface Conversation {
  readonly bytes: Buffer;
  readonly packets: number;
  readonly login: 'good' | 'broken' | 'broken, over to TLS';
  /** It may leave the gateway waiting for the rest of a packet. */
  readonly breaksFraming: boolean;
}

/** What one connection sends: a login, good or broken, and requests behind it. */
function conversation(random: Random): Conversation {
  const flags = pick(random, capabilities);
  const login = random(3) > 0;
  let overToTls = false;
  const response = handshakeResponse({ capabilities: flags, user: login ? 'fuzz' : 'nobody' });
  const pieces: Buffer[] = [];
  if (login) {
    pieces.push(framed(response, 1));
  } else {
    const early = pick(random, [
      Buffer.alloc(0),
      Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n'),
      noise(random, 40),
    ]);
    // An SSLRequest, and then no TLS.
    const ssl = Buffer.from(response.subarray(0, 32));
    ssl.writeUInt32LE((flags | 0x800) >>> 0, 0);
    overToTls = random(3) === 0;
    const first = overToTls ? framed(ssl, 1) : framed(mutated(random, response), random(3));
    pieces.push(early, first, framed('\x03CREATE DATABASE before_login', random(3)));
    pieces.push(framed('\x0e', random(3)), framed('\x03SELECT 1', 0), framed(request(random), 0));
  }
  const compressed = login && (flags & 0x20) !== 0;
  let breaksFraming = !login;
  for (let count = 0; login && count < requestsPerConnection; count++) {
    const lies = random(150) === 0;
    breaksFraming ||= lies;
    const packet = lies ? noise(random, 30) : framed(request(random), random(150) === 0 ? random(256) : 0);
    pieces.push(compressed ? compressedFrame(random, packet) : packet);
  }
  breaksFraming ||= compressed;
  pieces.push(framed('\x01'));
  return {
    bytes: Buffer.concat(pieces),
    packets: pieces.length,
    login: login ? 'good' : overToTls ? 'broken, over to TLS' : 'broken',
    breaksFraming,
  };
}

/** What may come before a login has succeeded: a greeting, an error, and what authentication asks for. */
function isBeforeLogin(received: Buffer): boolean {
  const allowed = new Set([0x0a, 0xff, 0xfe, 0x01]);
  for (let at = 0; at + 4 < received.length; at += 4 + received.readUIntLE(at, 3)) {
    if (!allowed.has(received[at + 4]!)) return false;
  }
  return true;
}

/** What is longer than an alert of TLS is no alert. */
const alertBytes = 32;

function checkReplies(login: Conversation['login'], received: Buffer): void {
  if (login === 'good' || received.length < 4) return;
  const greeting = 4 + received.readUIntLE(0, 3);
  const isAlert = login === 'broken, over to TLS' && received.length <= greeting + alertBytes;
  assert.ok(isAlert || isBeforeLogin(received), received.toString('hex'));
}

/** Resolves when the gateway has closed, or has had a moment to answer what it cannot know to be complete. */
function play(port: number, { bytes, login, breaksFraming }: Conversation): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const received: Buffer[] = [];
    let quiet: NodeJS.Timeout | undefined;
    const leave = (): void => {
      socket.destroy();
    };
    socket.once('data', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      if (login !== 'good') received.push(chunk);
      // A request for a file, or a packet that lacks its end, would wait for ever.
      clearTimeout(quiet);
      quiet = setTimeout(leave, breaksFraming ? 20 : 200);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(quiet);
      try {
        checkReplies(login, Buffer.concat(received));
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

const mebibyte = 1024 * 1024;
/** What is in use may grow by this much once the gateway is warm: caches that fill, statistics. */
const heapGrowthMiB = 24;
const residentGrowthMiB = 150;
/** Reports of a long run, and its samples of memory. */
const samplePackets = 1_000_000;

describe(`server: broken packets (seed ${seed}, TIDEGATE_FUZZ_PACKETS=${packetCount})`, function () {
  this.timeout(Math.max(60_000, packetCount * 10));
  let gateway: GatewayProcess;
  let directory: string;
  let connection: mysql.Connection;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidegate-fuzz-'));
    gateway = await startGatewayProcess(directory, ['--log-level', 'error'], { reportsMemory: true });
    connection = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    await connection.query("CREATE USER fuzz IDENTIFIED BY ''");
    await connection.query('GRANT ALL ON *.* TO fuzz');
    await connection.query('CREATE DATABASE f');
    await connection.query('CREATE TABLE f.t (id INT PRIMARY KEY, v VARCHAR(20))');
    await connection.query("INSERT INTO f.t VALUES (1, 'one'), (2, 'two')");
  });
  after(async () => {
    connection.destroy();
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('end connections and nothing else', async () => {
    const random = generator(seed || 1);
    let [packets, brokenLogins, sampled] = [0, 0, 0];
    let warm: MemoryInUse | undefined;
    const memory = async (): Promise<MemoryInUse> => {
      const found = await gateway.memory();
      const [rss, heap] = [found.rss / mebibyte, (found.heapUsed + found.external) / mebibyte];
      if (packetCount >= samplePackets) {
        process.stderr.write(
          `${packets} packets, ${brokenLogins} broken logins: ${rss.toFixed(0)} MiB, ${heap.toFixed(1)} in use\n`,
        );
      }
      return found;
    };
    let failed = false;
    const worker = async (): Promise<void> => {
      while (packets < packetCount && !failed) {
        const next = conversation(random);
        packets += next.packets;
        if (next.login !== 'good') brokenLogins++;
        await play(gateway.port, next).catch((error: unknown) => {
          failed = true;
          throw error;
        });
        if (packets < (sampled + 1) * Math.min(samplePackets, packetCount / 4)) continue;
        sampled++;
        const found = await memory();
        warm ??= found;
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    assert.equal(gateway.log(), '');
    const [rows] = await connection.query<RowDataPacket[]>("SHOW DATABASES LIKE 'before_login'");
    assert.deepEqual(rows, []);
    // Most requests must have got as far as a session.
    const [counted] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
    assert.ok(Number(counted[0]!.Value) > packetCount / 20, `only ${counted[0]!.Value} statements ran`);
    const [list] = await connection.query<RowDataPacket[]>('SHOW PROCESSLIST');
    assert.equal(list.filter(({ User }) => User === 'fuzz').length, 0);
    const last = await memory();
    const grown = (key: keyof MemoryInUse): number => (last[key] - warm![key]) / mebibyte;
    const heap = grown('heapUsed') + grown('external');
    assert.ok(heap < heapGrowthMiB, `${heap.toFixed(1)} MiB more are in use than when it was warm`);
    assert.ok(grown('rss') < residentGrowthMiB, `the gateway grew by ${grown('rss').toFixed(0)} MiB`);
  });
});
