/** Session tracking in OK packets: byte by byte as MariaDB sends it, but where MySQL 8.0 documents it otherwise. */
import assert from 'node:assert/strict';
import mysql, { type ResultSetHeader } from 'mysql2/promise';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { plainCapabilities, RawClient } from '../../support/raw-client.ts';

const foundRows = 0x2;
const sessionTrack = 0x80_0000;
const deprecateEof = 0x100_0000;

/** The replies of one connection that tracks its session. */
class Tracked {
  readonly #client: RawClient;
  readonly #deprecateEof: boolean;

  private constructor(client: RawClient, capabilities: number) {
    this.#client = client;
    this.#deprecateEof = (capabilities & deprecateEof) !== 0;
  }

  static async open(port: number, capabilities = sessionTrack | deprecateEof) {
    const client = await RawClient.connect(port);
    const login = await client.login({
      capabilities: plainCapabilities | capabilities | foundRows,
      database: 'shop',
    });
    return { tracked: new Tracked(client, capabilities), login: shown(login) };
  }

  /** The OK of a command, or the packet that ends its rows, or its ERR; bytes beyond ASCII as \xx. */
  async command(code: number, text = ''): Promise<string> {
    const client = this.#client;
    client.send(Buffer.concat([Buffer.of(code), Buffer.from(text)]));
    let packet = (await client.packet())!;
    if (packet[0] === 0 || packet[0] === 0xff) return shown(packet);
    const definitions = packet[0]! + (this.#deprecateEof ? 0 : 1);
    for (let count = definitions; count > 0; count--) await client.packet();
    do packet = (await client.packet())!;
    while (packet[0] !== 0xfe && packet[0] !== 0xff);
    return shown(packet);
  }

  query(text: string): Promise<string> {
    return this.command(3, text);
  }

  close(): void {
    this.#client.close();
  }
}

/** Without the status bit that MariaDB alone sets for a scan without an index (0x20), and warnings. */
function shown(packet: Buffer): string {
  const bytes = Buffer.from(packet);
  if (bytes[0] === 0xff) return `error ${bytes.readUInt16LE(1)}`;
  bytes[3]! &= ~0x30;
  return bytes.toString('latin1').replace(/[^ -~]/g, (byte) => {
    return `\\${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** A statement, and what MySQL answers where MariaDB answers otherwise. */
const script: readonly (readonly [sql: string, mysql?: string])[] = [
  ['USE shop'],
  ['SET NAMES utf8mb4'],
  ['SET autocommit=0'],
  ['SET autocommit=1'],
  ['SET autocommit=1'],
  ['SET time_zone = "+01:00", sql_safe_updates = 1'],
  ['SET character_set_results=NULL'],
  ['SET @x=1'],
  ["SET session_track_system_variables='*'"],
  ["SET sort_buffer_size=300000, time_zone='+02:00'"],
  // MySQL does not tell of a change of state that is the tracker's own.
  [
    'SET session_track_state_change=ON',
    '\\00\\00\\00\\02@\\00\\00\\00 \\00\\1e\\1asession_track_state_change\\02ON',
  ],
  ['SET @x=2'],
  ['USE shop'],
  ["PREPARE s FROM 'SELECT 1'"],
  ['DEALLOCATE PREPARE s'],
  ["SET @@session.session_track_transaction_info='CHARACTERISTICS'"],
  ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
  ['SET TRANSACTION READ WRITE'],
  ['START TRANSACTION'],
  ['SELECT 1'],
  ['INSERT INTO t (i) VALUES (1)'],
  // Statements that are unsafe to repeat are told apart by MySQL alone.
  ['INSERT INTO t VALUES (2, RAND())', '\\00\\01\\00\\03@\\00\\00\\00\\0b\\05\\09\\08T___WsS_'],
  ['SELECT * FROM t', '\\fe\\00\\00\\03@\\00\\00\\00\\0b\\05\\09\\08T_R_WsS_'],
  ['COMMIT AND CHAIN'],
  ['SELECT * FROM t'],
  ['ROLLBACK'],
  ['START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'],
  ['COMMIT'],
  ['SET autocommit=0'],
  ['SELECT 1'],
  ['SELECT * FROM t'],
  ['COMMIT'],
  ['SET autocommit=1'],
  ['LOCK TABLES t READ'],
  ['UNLOCK TABLES'],
  ["SET session_track_transaction_info='STATE'"],
  ['BEGIN'],
  ['UPDATE t SET f = 1 WHERE i = 9'],
  ['SHOW TABLES'],
  ['CREATE TABLE t2 (i int primary key)'],
  ['BEGIN'],
  ['nonsense'],
  ['SELECT i FROM t WHERE i = 1'],
  ['ROLLBACK'],
  ["SET session_track_transaction_info='OFF'"],
  ["SET session_track_system_variables='sql_safe_updates, SORT_buffer_size'"],
  // MariaDB spells the variable its own way.
  [
    'SET sort_buffer_size=310000',
    '\\00\\00\\00\\02@\\00\\00\\00\\1d\\00\\18\\10SORT_buffer_size\\06310000\\02\\011',
  ],
  ['SET time_zone = DEFAULT'],
  ['SET GLOBAL sort_buffer_size=310000'],
  ['SET session_track_schema=OFF'],
  ['USE shop'],
  ['SET session_track_schema=ON'],
  ["SET session_track_system_variables=''"],
  ['SET sql_safe_updates=0'],
  ['CREATE TEMPORARY TABLE own (i INT PRIMARY KEY)'],
  ['DROP TEMPORARY TABLE own'],
  ['SET session_track_state_change=OFF'],
  ['SET @x = 3'],
  ['DROP DATABASE gone'],
  ['USE other'],
  ['CREATE TABLE a (i INT PRIMARY KEY)'],
  ['CREATE VIEW b AS SELECT 1'],
  ['DROP DATABASE other'],
];

/** The variables of one packet in any order: MariaDB gives them as they lie in its table. */
const unordered = (packet: string): string =>
  packet
    .split(/(?=\\00)/)
    .sort()
    .join('');

describe('session tracking', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  let mariadb: MariaDb | { readonly missing: string };

  async function prepare(port: number): Promise<void> {
    const setup = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
    for (const name of ['shop', 'gone', 'other']) await setup.query(`CREATE DATABASE ${name}`);
    await setup.query('CREATE TABLE shop.t (i INT PRIMARY KEY, f FLOAT)');
    await setup.end();
  }

  before(async () => {
    gateway = await startGateway();
    await prepare(gateway.port);
    mariadb = await startMariaDb();
    if (!('missing' in mariadb)) await prepare(mariadb.port);
  });
  after(async () => {
    await gateway.stop();
    if (!('missing' in mariadb)) await mariadb.stop();
  });

  it('says what MariaDB says', async function () {
    if ('missing' in mariadb) {
      console.log(`skipped: ${mariadb.missing}`);
      this.skip();
    }
    const ours = await Tracked.open(gateway.port);
    const theirs = await Tracked.open(mariadb.port);
    assert.equal(ours.login, theirs.login);
    const failures: string[] = [];
    for (const [sql, documented] of script) {
      const answer = await ours.tracked.query(sql);
      const other = await theirs.tracked.query(sql);
      if (unordered(answer) !== unordered(documented ?? other))
        failures.push(`${sql}\n  we     ${answer}\n  they   ${documented ?? other}`);
    }
    assert.deepEqual(failures, []);
    for (const [code, text] of [
      [0x0e, ''],
      [0x02, 'shop'],
      [0x1f, ''],
    ] as const) {
      assert.equal(
        await ours.tracked.command(code, text),
        await theirs.tracked.command(code, text),
        `${code}`,
      );
    }
    ours.tracked.close();
    theirs.tracked.close();
  });

  it('says nothing to a client that does not ask, and waits where an EOF has no room', async () => {
    const { tracked: silent, login } = await Tracked.open(gateway.port, deprecateEof);
    assert.equal(login, '\\00\\00\\00\\02\\00\\00\\00');
    assert.equal(await silent.query('SET autocommit=0'), '\\00\\00\\00\\00\\00\\00\\00');
    silent.close();
    const { tracked } = await Tracked.open(gateway.port, sessionTrack);
    await tracked.query("SET session_track_transaction_info='STATE'");
    await tracked.query('BEGIN');
    assert.equal(await tracked.query('SELECT * FROM t'), '\\fe\\00\\00\\03\\00');
    assert.equal(await tracked.query('DO 1'), '\\00\\00\\00\\03@\\00\\00\\00\\0b\\05\\09\\08T_R___S_');
    tracked.close();
  });

  it('forgets with COM_RESET_CONNECTION, and knows names that are none', async () => {
    const { tracked } = await Tracked.open(gateway.port);
    await tracked.query("SET session_track_transaction_info='STATE', session_track_state_change=ON");
    await tracked.query('BEGIN');
    assert.equal(await tracked.command(0x1f), '\\00\\00\\00\\02\\00\\00\\00');
    assert.equal(await tracked.query('SET @x = 1'), '\\00\\00\\00\\02\\00\\00\\00');
    assert.equal(
      await tracked.query("SET session_track_system_variables = 'nonsense, sql_mode'"),
      '\\00\\00\\00\\02\\00\\01\\00',
    );
    assert.equal(
      await tracked.query('SET session_track_system_variables = NULL'),
      '\\00\\00\\00\\02\\00\\00\\00',
    );
    assert.equal(await tracked.query('SET autocommit = 0'), '\\00\\00\\00\\00\\00\\00\\00');
    tracked.close();
  });

  it('is read by mysql2', async () => {
    const { port } = gateway;
    const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
    const [used] = await connection.query<ResultSetHeader & { stateChanges: { schema: string } }>('USE shop');
    assert.equal(used.stateChanges.schema, 'shop');
    const [set] = await connection.query<ResultSetHeader & { stateChanges: { systemVariables: object } }>(
      "SET time_zone = '+03:00'",
    );
    assert.deepEqual(set.stateChanges.systemVariables, { time_zone: '+03:00' });
    const [rows] = await connection.query('SELECT DATABASE() AS d');
    assert.deepEqual(rows, [{ d: 'shop' }]);
    await connection.end();
  });
});
