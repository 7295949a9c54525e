import assert from 'node:assert/strict';
import { batchOfRows, type ResultColumn } from '../../src/types/batch.ts';
import { mysqlColumn } from '../../src/types/mysql-column.ts';
import type { SqlType } from '../../src/types/sql-type.ts';
import { writeAuthMoreData } from '../../src/wire/auth-more-data.ts';
import { writeAuthSwitch } from '../../src/wire/auth-switch.ts';
import { serverCapabilities } from '../../src/wire/capabilities.ts';
import { charsetInfo } from '../../src/wire/charset.ts';
import { writeColumnDefinition } from '../../src/wire/column-definition.ts';
import { writeEndOfRows, writeEof } from '../../src/wire/eof.ts';
import { writeErr } from '../../src/wire/err.ts';
import { writeInitialHandshake } from '../../src/wire/initial-handshake.ts';
import { writeLocalInfileRequest } from '../../src/wire/local-infile.ts';
import { writeOk } from '../../src/wire/ok.ts';
import { PacketWriter } from '../../src/wire/packet-writer.ts';
import { writePrepareResponse } from '../../src/wire/prepare-response.ts';
import { beginResultSet } from '../../src/wire/result-set.ts';

/** The bytes that `write` makes, in hex, header included. */
function bytesOf(write: (writer: PacketWriter) => void): string {
  const writer = new PacketWriter();
  write(writer);
  return writer.take().toString('hex');
}

/** Expected bytes in hex, blanks for reading; `"text"` stands for its ASCII bytes. */
const golden = (text: string): string =>
  text.replace(/"([^"]*)"/g, (_, ascii: string) => Buffer.from(ascii).toString('hex')).replace(/\s+/g, '');

const scramble = Buffer.from('abcdefghijklmnopqrst');

describe('wire: replies, byte by byte', () => {
  it('initial handshake', () => {
    const capabilities = serverCapabilities({ tls: true, localFiles: true, compression: [] });
    assert.equal(capabilities.toString(16), '9ffaf8f');
    const handshake = {
      serverVersion: '8.0.40-tidegate',
      connectionId: 0x01020304,
      scramble,
      capabilities,
      status: 2,
      authPlugin: 'caching_sha2_password',
    };
    assert.equal(
      bytesOf((writer) => writeInitialHandshake(writer, handshake)),
      golden(`530000 00  0a "8.0.40-tidegate" 00 04030201 "abcdefgh" 00 8faf 2d 0200 ff09 15
              00000000000000000000 "ijklmnopqrst" 00 "caching_sha2_password" 00`),
    );
  });

  it('offers TLS and LOCAL only when told to', () => {
    assert.equal(
      serverCapabilities({ tls: false, localFiles: false, compression: [] }).toString(16),
      '9ffa70f',
    );
  });

  it('OK', () => {
    const fields = { affectedRows: 300, lastInsertId: 5n, status: 0x0003, warnings: 70_000, info: 'Rows: 1' };
    assert.equal(
      bytesOf((writer) => writeOk(writer, fields)),
      golden('110000 00  00 fc2c01 05 0300 ffff 07 "Rows: 1"'),
    );
  });

  it('OK with changes of the session', () => {
    const fields = { affectedRows: 0, lastInsertId: 0n, status: 2, warnings: 0, info: '' };
    const long = 'x'.repeat(300);
    const changes = [
      { kind: 'systemVariable', name: 'autocommit', value: 'ON' },
      { kind: 'schema', name: '' },
      { kind: 'stateChange' },
      { kind: 'transactionState', state: 'T_______' },
      { kind: 'transactionCharacteristics', statements: long },
    ] as const;
    assert.equal(
      bytesOf((writer) => writeOk(writer, { ...fields, changes })),
      golden(`5f0100 00  00 00 00 0240 0000 00 fc5401
              00 0e 0a "autocommit" 02 "ON"  01 01 00  02 01 "1"  05 09 08 "T_______"
              04 fc2f01 fc2c01 "${long}"`),
    );
    assert.equal(
      bytesOf((writer) => writeOk(writer, { ...fields, changes: [] })),
      golden('070000 00  00 00 00 0200 0000'),
    );
  });

  it('ERR', () => {
    const error = { errno: 1045, sqlState: '28000', message: 'no' };
    assert.equal(
      bytesOf((writer) => writeErr(writer, error)),
      golden('0b0000 00  ff 1504 "#28000" "no"'),
    );
  });

  it('cuts the message of ERR at 511 bytes without cutting a character', () => {
    const error = { errno: 1, sqlState: 'HY000', message: `a${'é'.repeat(400)}` };
    const bytes = Buffer.from(
      bytesOf((writer) => writeErr(writer, error)),
      'hex',
    );
    assert.equal(bytes.subarray(13).toString(), `a${'é'.repeat(255)}`);
  });

  it('EOF is 5 bytes, and the end of rows 7 when EOF is deprecated', () => {
    assert.equal(
      bytesOf((writer) => writeEof(writer, 0x000a, 1)),
      golden('050000 00  fe 0100 0a00'),
    );
    const end = { deprecateEof: true, status: 2, warnings: 3 };
    assert.equal(
      bytesOf((writer) => writeEndOfRows(writer, end)),
      golden('070000 00  fe 00 00 0200 0300'),
    );
    const changes = () => [{ kind: 'schema', name: 'd' } as const];
    assert.equal(
      bytesOf((writer) => writeEndOfRows(writer, { ...end, changes })),
      golden('0d0000 00  fe 00 00 0240 0300 00 04 01 02 01 "d"'),
    );
    assert.equal(
      bytesOf((writer) => writeEndOfRows(writer, { ...end, deprecateEof: false, changes })),
      golden('050000 00  fe 0300 0200'),
    );
  });

  it('AuthSwitchRequest, AuthMoreData, LOCAL INFILE request', () => {
    assert.equal(
      bytesOf((writer) => writeAuthSwitch(writer, 'mysql_native_password', scramble)),
      golden('2c0000 00  fe "mysql_native_password" 00 "abcdefghijklmnopqrst" 00'),
    );
    assert.equal(
      bytesOf((writer) => writeAuthMoreData(writer, Buffer.of(3))),
      golden('020000 00  01 03'),
    );
    assert.equal(
      bytesOf((writer) => writeLocalInfileRequest(writer, 'a.csv')),
      golden('060000 00  fb "a.csv"'),
    );
  });

  it('column definition', () => {
    const column: ResultColumn = {
      name: 'label',
      type: { kind: 'varchar', length: 10, collation: 'utf8mb4_0900_bin' },
      nullable: false,
      database: 'shop',
      table: 'alias',
      originalTable: 'orders',
      originalName: 'name',
      flags: 0x0002,
    };
    const tail = '0c 2d00 28000000 fd 0300 00 0000';
    assert.equal(
      bytesOf((writer) => writeColumnDefinition(writer, column, charsetInfo('utf8mb4'))),
      golden(`2e0000 00  03"def" 04"shop" 05"alias" 06"orders" 05"label" 04"name" ${tail}`),
    );
    assert.equal(
      bytesOf((writer) =>
        writeColumnDefinition(writer, column, charsetInfo('latin1'), { withDefault: true }),
      ),
      golden(`2f0000 00  03"def" 04"shop" 05"alias" 06"orders" 05"label" 04"name"
              0c 0800 0a000000 fd 0300 00 0000 fb`),
    );
  });

  it('the answer to PREPARE', () => {
    const column: ResultColumn = { name: 'n', type: { kind: 'int', unsigned: true }, nullable: true };
    const response = { statementId: 7, parameterCount: 1, columns: [column], status: 2, deprecateEof: false };
    const parameter = '170000 01  03"def" 00 00 00 01"?" 00 0c 2d00 fc030000 fd 0000 00 0000';
    const result = '170000 03  03"def" 00 00 00 01"n" 00 0c 3f00 0a000000 03 a000 00 0000';
    assert.equal(
      bytesOf((writer) => writePrepareResponse(writer, response, charsetInfo('utf8mb4'))),
      golden(`0c0000 00  00 07000000 0100 0100 00 0000  ${parameter}
              050000 02 fe 0000 0200  ${result}  050000 04 fe 0000 0200`),
    );
    assert.equal(
      bytesOf((writer) =>
        writePrepareResponse(
          writer,
          { ...response, columns: [], deprecateEof: true },
          charsetInfo('utf8mb4'),
        ),
      ),
      golden(`0c0000 00  00 07000000 0000 0100 00 0000  ${parameter}`),
    );
  });

  it('rows follow the zone of each use, cached or not', () => {
    const columns: ResultColumn[] = [{ name: 't', type: { kind: 'timestamp', fsp: 0 }, nullable: true }];
    const clockWith = (zoneOffsetUs: ((us: bigint) => bigint) | undefined): string => {
      const writer = new PacketWriter();
      writer.sequence = 1;
      const options = { binary: false, charset: charsetInfo('utf8mb4'), deprecateEof: true, status: 2 };
      const encodeRows = beginResultSet(writer, columns, { ...options, zoneOffsetUs });
      const head = writer.take().length;
      encodeRows(writer, batchOfRows([[0n]], 1), 0, 1_000);
      return `${head} ${writer.take().subarray(5).toString()}`;
    };
    const hour = 3_600_000_000n;
    assert.equal(clockWith(undefined), '32 1970-01-01 00:00:00');
    assert.equal(
      clockWith(() => hour),
      '32 1970-01-01 01:00:00',
    );
    assert.equal(
      clockWith(() => 2n * hour),
      '32 1970-01-01 02:00:00',
    );
    assert.equal(clockWith(undefined), '32 1970-01-01 00:00:00');
  });

  it('the head of a result set is the same when it comes from the cache', () => {
    const columns: ResultColumn[] = [{ name: 'n', type: { kind: 'int', unsigned: false }, nullable: true }];
    const head = (sequence: number, charset: string): string =>
      bytesOf((writer) => {
        writer.sequence = sequence;
        beginResultSet(writer, columns, {
          binary: false,
          charset: charsetInfo(charset),
          zoneOffsetUs: undefined,
          deprecateEof: false,
          status: 2,
        });
      });
    const first = head(1, 'utf8mb4');
    assert.equal(
      first,
      golden(`010000 01 01  170000 02  03"def" 00 00 00 01"n" 00 0c 3f00 0b000000 03 8000 00 0000
              050000 03 fe 0000 0200`),
    );
    assert.deepEqual([head(1, 'utf8mb4'), head(1, 'utf8mb4'), head(1, 'latin1')], [first, first, first]);
    assert.equal(head(9, 'utf8mb4').slice(6, 8), '09');
  });
});

describe('types: what a column definition says', () => {
  const cases: [SqlType, [code: number, text: boolean, length: number, flags: number, decimals: number]][] = [
    [{ kind: 'tinyint', unsigned: false, displayWidth: 1 }, [1, false, 1, 0, 0]],
    [{ kind: 'tinyint', unsigned: false }, [1, false, 4, 0, 0]],
    [{ kind: 'tinyint', unsigned: true }, [1, false, 3, 0x20, 0]],
    [{ kind: 'smallint', unsigned: false }, [2, false, 6, 0, 0]],
    [{ kind: 'mediumint', unsigned: true }, [9, false, 8, 0x20, 0]],
    [{ kind: 'int', unsigned: true }, [3, false, 10, 0x20, 0]],
    [{ kind: 'bigint', unsigned: false }, [8, false, 20, 0, 0]],
    [{ kind: 'float' }, [4, false, 12, 0, 31]],
    [{ kind: 'double' }, [5, false, 22, 0, 31]],
    [{ kind: 'decimal', precision: 10, scale: 2 }, [246, false, 12, 0, 2]],
    [{ kind: 'decimal', precision: 10, scale: 0, unsigned: true }, [246, false, 10, 0x20, 0]],
    [{ kind: 'date' }, [10, false, 10, 0x80, 0]],
    [{ kind: 'datetime', fsp: 0 }, [12, false, 19, 0x80, 0]],
    [{ kind: 'datetime', fsp: 6 }, [12, false, 26, 0x80, 6]],
    [{ kind: 'timestamp', fsp: 3 }, [7, false, 23, 0x480, 3]],
    [{ kind: 'time', fsp: 0 }, [11, false, 10, 0x80, 0]],
    [{ kind: 'time', fsp: 2 }, [11, false, 13, 0x80, 2]],
    [{ kind: 'year' }, [13, false, 4, 0x60, 0]],
    [{ kind: 'char', length: 3, collation: 'utf8mb4_0900_bin' }, [254, true, 3, 0, 0]],
    [{ kind: 'text', collation: 'utf8mb4_0900_bin' }, [252, true, 65_535, 0x10, 0]],
    [{ kind: 'longtext', collation: 'utf8mb4_0900_bin' }, [252, true, 4_294_967_295, 0x10, 0]],
    [{ kind: 'binary', length: 4 }, [254, false, 4, 0x80, 0]],
    [{ kind: 'varbinary', length: 4 }, [253, false, 4, 0x80, 0]],
    [{ kind: 'mediumblob' }, [252, false, 16_777_215, 0x90, 0]],
    [{ kind: 'json' }, [245, false, 4_294_967_295, 0x90, 0]],
    [{ kind: 'enum', members: ['a', 'bcd'], collation: 'utf8mb4_0900_bin' }, [254, true, 3, 0x100, 0]],
    [{ kind: 'set', members: ['a', 'bcd'], collation: 'utf8mb4_0900_bin' }, [254, true, 5, 0x800, 0]],
    [{ kind: 'bit', length: 9 }, [16, false, 9, 0x20, 0]],
    [{ kind: 'null' }, [6, false, 0, 0x80, 0]],
  ];
  for (const [type, [typeCode, text, length, flags, decimals]] of cases) {
    it(JSON.stringify(type), () => {
      assert.deepEqual(mysqlColumn(type), { typeCode, text, length, flags, decimals });
    });
  }

  it('counts text in bytes of the connection and never beyond 32 bits', () => {
    const column: ResultColumn = {
      name: '',
      type: { kind: 'longtext', collation: 'utf8mb4_0900_bin' },
      nullable: true,
    };
    const bytes = bytesOf((writer) => writeColumnDefinition(writer, column, charsetInfo('utf8mb4')));
    assert.match(bytes, /0c2d00fffffffffc/);
  });
});
