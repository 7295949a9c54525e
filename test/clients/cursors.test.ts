/** Cursors of the protocol, as Connector/J with useCursorFetch and libmysqlclient use them, packet by packet. */
import assert from 'node:assert/strict';
import type { Gateway } from '../support/gateway.ts';
import { plainCapabilities, RawClient, readErr } from '../support/raw-client.ts';
import { loadFixture, startClientGateway } from './fixture.ts';

const cursorExists = 0x40;
const lastRowSent = 0x80;
const deprecateEof = 0x100_0000;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

describe('client: cursors', () => {
  let gateway: Gateway;
  let client: RawClient;

  before(async () => {
    gateway = await startClientGateway({ flags: ['--tls', 'off'] });
    await loadFixture(gateway);
  });
  after(() => gateway.stop());
  afterEach(() => client.close());

  const login = async (capabilities = 0): Promise<void> => {
    client = await RawClient.connect(gateway.port);
    await client.login({ capabilities: plainCapabilities | capabilities | 0x8, database: 'clients' });
  };
  const packet = async (): Promise<Buffer> => (await client.packet())!;

  /** Prepares a statement without parameters that has one column. */
  const prepare = async (sql: string): Promise<Buffer> => {
    client.send(`\x16${sql}`);
    const reply = await packet();
    assert.equal(reply[0], 0, reply.toString());
    await packet();
    await packet();
    return reply.subarray(1, 5);
  };
  const execute = (id: Buffer, flags: number): void =>
    client.send(Buffer.concat([Buffer.of(0x17), id, Buffer.of(flags), u32(1)]));
  const fetch = (id: Buffer, count: number): void =>
    client.send(Buffer.concat([Buffer.of(0x1c), id, u32(count)]));

  /** Rows of one INT up to the EOF, and its status. */
  const rowsAndStatus = async (): Promise<{ rows: number[]; status: number }> => {
    const rows: number[] = [];
    for (;;) {
      const next = await packet();
      if (next[0] === 0xfe) return { rows, status: next.readUInt16LE(3) };
      assert.equal(next[0], 0, next.toString());
      rows.push(next.readInt32LE(2));
    }
  };
  /** The head of a result with a cursor: count, one definition, one EOF. */
  const head = async (): Promise<number> => {
    assert.deepEqual(await packet(), Buffer.of(1));
    await packet();
    const end = await packet();
    assert.equal(end.length, 5);
    return end.readUInt16LE(3);
  };

  it('hands out rows by pieces, other statements running between them', async () => {
    await login();
    const id = await prepare('SELECT n FROM series ORDER BY n LIMIT 25');
    execute(id, 1);
    assert.equal((await head()) & cursorExists, cursorExists);
    fetch(id, 10);
    const first = await rowsAndStatus();
    assert.deepEqual(first.rows, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(first.status & (cursorExists | lastRowSent), cursorExists);
    client.send(Buffer.of(0x0e));
    assert.equal((await packet())[0], 0);
    client.send('\x03DO 1');
    assert.equal((await packet())[0], 0);
    fetch(id, 15);
    const rest = await rowsAndStatus();
    assert.deepEqual([rest.rows.length, rest.rows[14]], [15, 24]);
    assert.equal(rest.status & (cursorExists | lastRowSent), lastRowSent);
    fetch(id, 1);
    assert.equal(readErr(await client.packet()).errno, 1421);
  });

  it('ends with DEPRECATE_EOF by the packet that stands for EOF there', async () => {
    await login(deprecateEof);
    client.send('\x16SELECT n FROM series WHERE n = 7');
    const id = (await packet()).subarray(1, 5);
    await packet();
    execute(id, 1);
    assert.deepEqual(await packet(), Buffer.of(1));
    await packet();
    assert.equal((await packet()).readUInt16LE(3) & cursorExists, cursorExists);
    fetch(id, 2);
    assert.equal((await packet()).readInt32LE(2), 7);
    assert.equal((await packet()).readUInt16LE(3) & (cursorExists | lastRowSent), lastRowSent);
  });

  it('is closed by a reset, by another execution and by the end of its statement', async () => {
    await login();
    const id = await prepare('SELECT n FROM series ORDER BY n');
    execute(id, 1);
    await head();
    client.send(Buffer.concat([Buffer.of(0x1a), id]));
    assert.equal((await packet())[0], 0);
    fetch(id, 1);
    assert.equal(readErr(await client.packet()).errno, 1421);
    execute(id, 1);
    await head();
    fetch(id, 3);
    await rowsAndStatus();
    execute(id, 1);
    await head();
    fetch(id, 2);
    assert.deepEqual((await rowsAndStatus()).rows, [0, 1]);
    client.send(Buffer.concat([Buffer.of(0x19), id]));
    fetch(id, 1);
    assert.equal(readErr(await client.packet()).errno, 1421);
    client.send('\x03DO 1');
    assert.equal((await packet())[0], 0);
  });

  it('tells of an error in place of the head', async () => {
    await login();
    const id = await prepare('SELECT (SELECT n FROM series WHERE n < 2) FROM every_type');
    execute(id, 1);
    assert.equal(readErr(await client.packet()).errno, 1242);
    client.send('\x03DO 1');
    assert.equal((await packet())[0], 0);
  });
});
