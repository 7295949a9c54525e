/**
 * Kills the real process at random moments while each of several clients writes a table of its own: rows, bulk
 * loads, transactions, TRUNCATE, ALTER, RENAME, compaction. After each restart every table must have exactly
 * the commits that were acknowledged, and at most the one that was on its way; every state must be there AS OF
 * its version, the changes must lead from each state to each later one, and all routes must agree.
 * TIDEGATE_CRASH_ROUNDS and TIDEGATE_CRASH_SEED make it longer or repeat a sequence of statements.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

const rounds = Number(process.env.TIDEGATE_CRASH_ROUNDS ?? 3);
const seed = Number(process.env.TIDEGATE_CRASH_SEED ?? Date.now() % 1_000_000);

/** Numbers from a seed (mulberry32). */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type State = ReadonlyMap<string, string>;
type Kind = 'plain' | 'offline' | 'event';

const idCount = 12;
const dayCount = 6;
const bulkRows = 150;

const keyOf = (id: number, day: number): string => `${id}|2021-01-0${day + 1}`;
const stateOf = (rows: readonly RowDataPacket[]): Map<string, string> =>
  new Map(rows.map((row) => [`${row.id}|${row.day}`, String(row.v)]));
const sorted = (state: State): [string, string][] => [...state].sort(([a], [b]) => (a < b ? -1 : 1));

async function connect(port: number): Promise<Connection> {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    database: 'h',
    dateStrings: true,
  });
  connection.on('error', () => undefined);
  return connection;
}

/** One client and its table. */
class Owner {
  readonly name: string;
  readonly kind: Kind;
  readonly random: (below: number) => number;
  /** The state after each acknowledged commit of rows; the first is the empty table. */
  readonly history: State[] = [new Map()];
  /** What the statement on its way leads to. */
  pending: State | undefined;
  #value = 0;
  #bulkId = 1_000;
  #extra = 0;

  constructor(name: string, kind: Kind, random: (below: number) => number) {
    this.name = name;
    this.kind = kind;
    this.random = random;
  }

  get create(): string {
    const option = { plain: '', offline: 'ONLINE = OFF', event: 'EVENT_TIME = day' }[this.kind];
    return `CREATE TABLE ${this.name} (id INT, day DATE, v VARCHAR(30), PRIMARY KEY (id, day)) ${option}`;
  }

  get #now(): State {
    return this.history.at(-1)!;
  }

  #next(): string {
    return `${this.name} ${this.#value++}`;
  }

  async #changes(connection: Connection, to: State, statements: readonly string[]): Promise<void> {
    this.pending = to;
    for (const sql of statements) await connection.query(sql);
    this.pending = undefined;
    this.history.push(to);
  }

  #rows(): { readonly values: string; readonly keys: readonly string[]; readonly texts: readonly string[] } {
    const cells = new Map<string, string>();
    for (let count = 1 + this.random(5); count > 0; count--) {
      cells.set(keyOf(this.random(idCount), this.random(dayCount)), this.#next());
    }
    const values = [...cells].map(
      ([key, text]) => `(${key.split('|')[0]}, '${key.split('|')[1]}', '${text}')`,
    );
    return { values: values.join(', '), keys: [...cells.keys()], texts: [...cells.values()] };
  }

  async #upsert(connection: Connection, replace: boolean, inTransaction: boolean): Promise<void> {
    const { values, keys, texts } = this.#rows();
    const to = new Map(this.#now);
    for (const [index, key] of keys.entries()) to.set(key, texts[index]!);
    const sql = replace
      ? `REPLACE INTO ${this.name} (id, day, v) VALUES ${values}`
      : `INSERT INTO ${this.name} (id, day, v) VALUES ${values} ON DUPLICATE KEY UPDATE v = VALUES(v)`;
    if (!inTransaction) return this.#changes(connection, to, [sql]);
    const id = this.random(idCount);
    for (const key of [...to.keys()]) if (key.startsWith(`${id}|`)) to.delete(key);
    if (sameState(to, this.#now)) return;
    await this.#changes(connection, to, [
      'BEGIN',
      sql,
      `DELETE FROM ${this.name} WHERE id = ${id}`,
      'SAVEPOINT s',
      `DELETE FROM ${this.name}`,
      'ROLLBACK TO SAVEPOINT s',
      'COMMIT',
    ]);
  }

  async #bulk(connection: Connection): Promise<void> {
    const id = this.#bulkId++;
    const text = this.#next();
    const to = new Map(this.#now);
    for (let n = 0; n < bulkRows; n++) {
      to.set(`${id}|${new Date(Date.UTC(2022, 0, 1 + n)).toISOString().slice(0, 10)}`, text);
    }
    const sql = `INSERT INTO ${this.name} (id, day, v) SELECT ${id}, DATE('2022-01-01') + INTERVAL n DAY, '${text}' FROM numbers`;
    await this.#changes(connection, to, [sql]);
  }

  async #update(connection: Connection, where: 'id' | 'key' | 'delete'): Promise<void> {
    const id = where === 'id' && this.random(3) === 0 ? 1_000 + this.random(5) : this.random(idCount);
    const key = keyOf(id, this.random(dayCount));
    const text = this.#next();
    const to = new Map(this.#now);
    let condition = `id = ${id}`;
    if (where === 'key') condition += ` AND day = '${key.split('|')[1]}'`;
    for (const known of [...to.keys()]) {
      if (where === 'key' ? known !== key : !known.startsWith(`${id}|`)) continue;
      if (where === 'delete') to.delete(known);
      else to.set(known, text);
    }
    const sql = where === 'delete' ? `DELETE FROM ${this.name}` : `UPDATE ${this.name} SET v = '${text}'`;
    if (sameState(to, this.#now)) await connection.query(`${sql} WHERE ${condition}`);
    else await this.#changes(connection, to, [`${sql} WHERE ${condition}`]);
  }

  async #step(connection: Connection): Promise<void> {
    const dice = this.random(40);
    if (dice < 12) return this.#upsert(connection, dice < 4, dice > 8);
    if (dice < 18) return this.#update(connection, 'id');
    if (dice < 22) return this.#update(connection, 'key');
    if (dice < 27) return this.#update(connection, 'delete');
    if (dice < 31) return this.#bulk(connection);
    if (dice === 31 && this.#now.size > 0) {
      return this.#changes(connection, new Map(), [`TRUNCATE TABLE ${this.name}`]);
    }
    if (dice === 32)
      await connection.query(`ALTER TABLE ${this.name} ADD COLUMN x${this.#extra++} INT DEFAULT 7`);
    if (dice === 33 && this.#extra > 0) {
      const [columns] = await connection.query<RowDataPacket[]>(`SHOW COLUMNS FROM ${this.name} LIKE 'x%'`);
      if (columns[0] !== undefined) {
        await connection.query(`ALTER TABLE ${this.name} DROP COLUMN ${columns[0].Field}`);
      }
    }
    if (dice === 34) {
      await connection.query(`ALTER TABLE ${this.name} RENAME COLUMN v TO w`);
      await connection.query(`ALTER TABLE ${this.name} RENAME COLUMN w TO v`);
    }
    if (dice === 35) {
      await connection.query(`RENAME TABLE ${this.name} TO ${this.name}_r`);
      await connection.query(`RENAME TABLE ${this.name}_r TO ${this.name}`);
    }
    if (dice === 36) await connection.query(`OPTIMIZE TABLE ${this.name}`);
    if (dice === 37) await connection.query('FLUSH TABLES');
    if (dice === 38) {
      await connection.query('BEGIN');
      await connection.query(`DELETE FROM ${this.name}`);
      await connection.query('ROLLBACK');
    }
  }

  /** Writes until the connection breaks. */
  async write(port: number): Promise<void> {
    const connection = await connect(port);
    try {
      for (;;) await this.#step(connection);
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno !== undefined && errno > 0) throw error;
    } finally {
      connection.destroy();
    }
  }

  /** A statement that was on its way may have left the table or the column under its other name. */
  async #undoNames(connection: Connection): Promise<void> {
    const [tables] = await connection.query<RowDataPacket[]>(`SHOW TABLES LIKE '${this.name}\\_r'`);
    if (tables.length > 0) await connection.query(`RENAME TABLE ${this.name}_r TO ${this.name}`);
    const [columns] = await connection.query<RowDataPacket[]>(`SHOW COLUMNS FROM ${this.name} LIKE 'w'`);
    if (columns.length > 0) await connection.query(`ALTER TABLE ${this.name} RENAME COLUMN w TO v`);
  }

  async check(connection: Connection): Promise<void> {
    await this.#undoNames(connection);
    const [commits] = await connection.query<RowDataPacket[]>(
      `SELECT version FROM tidegate.commits WHERE kind = 'write' AND database_name = 'h' AND table_name IN ('${this.name}', '${this.name}_r') ORDER BY version`,
    );
    const versions = commits.map((row) => Number(row.version));
    if (this.pending !== undefined && versions.length === this.history.length)
      this.history.push(this.pending);
    this.pending = undefined;
    assert.equal(versions.length, this.history.length - 1, `${this.name}: commits that were acknowledged`);
    await this.#checkNow(connection);
    await this.#checkHistory(connection, versions);
  }

  async #checkNow(connection: Connection): Promise<void> {
    const [scanned] = await connection.query<RowDataPacket[]>(
      `SELECT id, day, v, COUNT(*) OVER () AS n FROM ${this.name}`,
    );
    assert.deepEqual(sorted(stateOf(scanned)), sorted(this.#now), `${this.name}: scan`);
    assert.equal(scanned.length, this.#now.size, `${this.name}: each row once`);
    for (let id = 0; id < idCount; id++) {
      const [rows] = await connection.query<RowDataPacket[]>(
        `SELECT id, day, v FROM ${this.name} WHERE id = ${id}`,
      );
      const own = sorted(this.#now).filter(([key]) => key.startsWith(`${id}|`));
      assert.deepEqual(sorted(stateOf(rows)), own, `${this.name}: rows of ${id}`);
      const [days] = await connection.query<RowDataPacket[]>(
        `SELECT id, day, v FROM ${this.name} WHERE (id, day) IN ((${id}, '2021-01-01'), (${id}, '2021-01-04'))`,
      );
      const two = own.filter(([key]) => key.endsWith('-01') || key.endsWith('-04'));
      assert.deepEqual(sorted(stateOf(days)), two, `${this.name}: points of ${id}`);
      if (this.kind !== 'event') continue;
      const [latest] = await connection.query<RowDataPacket[]>(
        `SELECT id, day, v FROM ${this.name} FOR EVENT_TIME LATEST WHERE id = ${id}`,
      );
      assert.deepEqual(sorted(stateOf(latest)), own.slice(-1), `${this.name}: newest of ${id}`);
    }
  }

  async #checkHistory(connection: Connection, versions: readonly number[]): Promise<void> {
    for (let count = 0; count < 6 && versions.length > 1; count++) {
      const from = this.random(versions.length - 1);
      const to = from + 1 + this.random(versions.length - 1 - from);
      const [start, end] = [versions[from]!, versions[to]!];
      for (const version of [start, versions[from + 1]! - 1]) {
        const [rows] = await connection.query<RowDataPacket[]>(
          `SELECT id, day, v FROM ${this.name} AS OF VERSION ${version}`,
        );
        assert.deepEqual(
          sorted(stateOf(rows)),
          sorted(this.history[from + 1]!),
          `${this.name} at version ${version}, commit ${from}`,
        );
      }
      for (const net of ['', ' NET']) {
        const [changes] = await connection.query<RowDataPacket[]>(
          `SELECT id, day, v, _change_type AS kind, _commit_version AS at FROM ${this.name} CHANGES SINCE VERSION ${start} UNTIL VERSION ${end}${net}`,
        );
        const state = new Map(this.history[from + 1]!);
        const order = (row: RowDataPacket): number =>
          Number(row.at) * 2 + (row.kind === 'insert' || row.kind === 'update_postimage' ? 1 : 0);
        for (const row of [...changes].sort((a, b) => order(a) - order(b))) {
          const key = `${row.id}|${row.day}`;
          if (row.kind === 'delete' || row.kind === 'update_preimage') {
            assert.equal(state.get(key), String(row.v), `${this.name}: image before of ${key}`);
            state.delete(key);
          } else {
            assert.ok(!state.has(key), `${this.name}: ${key} comes when it is there`);
            state.set(key, String(row.v));
          }
        }
        assert.deepEqual(
          sorted(state),
          sorted(this.history[to + 1]!),
          `${this.name}: changes${net} from ${start} to ${end}`,
        );
      }
    }
  }
}

const sameState = (a: State, b: State): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

describe('crash/history', function () {
  this.timeout(60_000 + rounds * 30_000);
  it('keeps every state of every table through kill -9', async () => {
    const random = randomFrom(seed);
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-history-'));
    const options = [
      '--flush-age-ms',
      '120',
      '--flush-rows',
      '60',
      '--bulk-rows',
      '100',
      '--data-file-rows',
      '90',
    ];
    let gateway: GatewayProcess = await startGatewayProcess(directory, options);
    try {
      const setup = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
      const kinds: readonly Kind[] = ['plain', 'offline', 'event', 'plain', 'event'];
      const owners = kinds.map((kind, index) => new Owner(`t${index}`, kind, randomFrom(random(1e9))));
      await setup.query('CREATE DATABASE h');
      await setup.query('USE h');
      await setup.query('CREATE TABLE numbers (n INT PRIMARY KEY)');
      await setup.query(`INSERT INTO numbers VALUES ${Array.from({ length: bulkRows }, (_, n) => `(${n})`)}`);
      for (const owner of owners) await setup.query(owner.create);
      await setup.end();
      for (let round = 0; round < rounds; round++) {
        const before = owners.reduce((sum, { history }) => sum + history.length, 0);
        const writing = Promise.all(owners.map((owner) => owner.write(gateway.port)));
        writing.catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 700 + random(1_200)));
        await gateway.kill();
        await writing;
        assert.ok(
          owners.reduce((sum, { history }) => sum + history.length, 0) > before,
          'something was written',
        );
        gateway = await startGatewayProcess(directory, options);
        const connection = await connect(gateway.port);
        for (const owner of owners) await owner.check(connection);
        await connection.end();
      }
    } catch (error) {
      throw new Error(`seed ${seed}; the gateway's log:\n${gateway.log()}`, { cause: error });
    } finally {
      await gateway.kill();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
