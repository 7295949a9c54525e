import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GatewayError } from '../../src/base/errors.ts';
import { capability, serverCapabilities } from '../../src/wire/capabilities.ts';
import { readChangeUser } from '../../src/wire/change-user.ts';
import { readCommand } from '../../src/wire/command.ts';
import { type ExecuteContext, readExecuteRequest } from '../../src/wire/execute-request.ts';
import { readHandshakeResponse } from '../../src/wire/handshake-response.ts';
import { PacketReader } from '../../src/wire/packet-reader.ts';
import { isSslRequest } from '../../src/wire/ssl-request.ts';

/** Bytes from hex, blanks for reading; `"text"` stands for its UTF-8 bytes. */
const bytes = (text: string): Buffer =>
  Buffer.from(
    text
      .replace(/"([^"]*)"/g, (_, quoted: string) => Buffer.from(quoted).toString('hex'))
      .replace(/\s+/g, ''),
    'hex',
  );

const server = serverCapabilities({ tls: true, localFiles: true, compression: [] });

/** A GatewayError is an answer to bad input; anything else is a fault of ours. */
function onlyGatewayErrors(run: () => unknown): GatewayError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

describe('wire: handshake response', () => {
  const head = (flags: number): string => {
    const buffer = Buffer.alloc(32);
    buffer.writeUInt32LE(flags >>> 0, 0);
    buffer.writeUInt32LE(0x0100_0000, 4);
    buffer[8] = 45;
    return buffer.toString('hex');
  };
  const allFlags =
    capability.protocol41 |
    capability.secureConnection |
    capability.pluginAuth |
    capability.pluginAuthLenenc |
    capability.connectWithDb |
    capability.connectAttributes;
  const full = bytes(
    `${head(allFlags)} "ann" 00 14 "01234567890123456789" "shop" 00 "mysql_native_password" 00
     18 04"_pid" 04"1234" 0c"program_name" 00`,
  );

  it('reads every part', () => {
    assert.deepEqual(readHandshakeResponse(full, server), {
      capabilities: allFlags,
      collationId: 45,
      user: 'ann',
      authData: Buffer.from('01234567890123456789'),
      database: 'shop',
      authPlugin: 'mysql_native_password',
      attributes: new Map([
        ['_pid', '1234'],
        ['program_name', ''],
      ]),
      compression: undefined,
    });
  });

  it('reads the level of zstd, and prefers zlib', () => {
    const both = server | capability.compress | capability.zstdCompression;
    const read = (flags: number): unknown =>
      readHandshakeResponse(bytes(`${head(flags)} "u" 00 00 00 13`), both).compression;
    const base = capability.protocol41 | capability.secureConnection | capability.pluginAuth;
    assert.deepEqual(read(base | capability.zstdCompression), { algorithm: 'zstd', level: 19 });
    assert.deepEqual(read(base | capability.zstdCompression | capability.compress), {
      algorithm: 'zlib',
      level: 2,
    });
    assert.equal(read(base), undefined);
  });

  it('cut anywhere it is read without the tail or refused as malformed', () => {
    const authEnd = 32 + 4 + 1 + 20;
    for (let length = 0; length < full.length; length++) {
      const cut = full.subarray(0, length);
      const error = onlyGatewayErrors(() => readHandshakeResponse(cut, server));
      const readable = length >= authEnd || length === 32 + 4;
      assert.equal(error === undefined, readable, `cut at ${length}`);
      if (readable && length > 36) assert.equal(readHandshakeResponse(cut, server).user, 'ann');
      if (error !== undefined) assert.ok(['MALFORMED_PACKET', 'HANDSHAKE_ERROR'].includes(error.code));
    }
  });

  it('ignores flags that were not offered', () => {
    const multiFactor = 0x1000_0000;
    const optionalMetadata = 0x0200_0000;
    const response =
      bytes(`${head(capability.protocol41 | capability.secureConnection | multiFactor | optionalMetadata)}
      "u" 00 00`);
    const read = readHandshakeResponse(response, server);
    assert.equal(read.capabilities, capability.protocol41 | capability.secureConnection);
    assert.equal(read.database, undefined);
    assert.equal(read.authPlugin, undefined);
  });

  it('takes an empty database for none, as node mysql2 sends it', () => {
    const flags =
      capability.protocol41 | capability.secureConnection | capability.connectWithDb | capability.pluginAuth;
    const read = readHandshakeResponse(bytes(`${head(flags)} "u" 00 00 00 "x" 00`), server);
    assert.equal(read.database, undefined);
    assert.equal(read.authPlugin, 'x');
  });

  it('tells a plugin that was left out from one that cannot be named', () => {
    const flags = capability.protocol41 | capability.secureConnection;
    assert.equal(readHandshakeResponse(bytes(`${head(flags)} "u" 00 00`), server).authPlugin, undefined);
    const named = bytes(`${head(flags | capability.pluginAuth)} "u" 00 00`);
    assert.equal(readHandshakeResponse(named, server).authPlugin, '');
  });

  it('reads authentication data of the three forms', () => {
    const base = capability.protocol41;
    for (const [flags, data] of [
      [base | capability.secureConnection, '02 "ab"'],
      [base | capability.secureConnection | capability.pluginAuthLenenc, '02 "ab"'],
      [base, '"ab" 00'],
    ] as const) {
      const read = readHandshakeResponse(bytes(`${head(flags)} "u" 00 ${data}`), server);
      assert.equal(read.authData.toString(), 'ab');
    }
  });

  it('refuses clients older than protocol 4.1', () => {
    const error = onlyGatewayErrors(() => readHandshakeResponse(bytes(`${head(0)} "u" 00 00`), server));
    assert.equal(error?.code, 'HANDSHAKE_ERROR');
  });

  it('lets broken connection attributes be', () => {
    const flags = capability.protocol41 | capability.secureConnection | capability.connectAttributes;
    for (const tail of ['ff', '09 04 "ab"', 'fb', '03 01 "a"']) {
      const read = readHandshakeResponse(bytes(`${head(flags)} "u" 00 00 ${tail}`), server);
      assert.equal(read.attributes.size, 0, tail);
    }
  });

  it('knows an SSLRequest by its length and flag', () => {
    assert.ok(isSslRequest(bytes(head(capability.ssl))));
    assert.ok(!isSslRequest(bytes(head(capability.protocol41))));
    assert.ok(!isSslRequest(bytes(`${head(capability.ssl)} "u" 00 00`)));
  });

  it('never fails other than with a GatewayError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (noise, at) => {
        onlyGatewayErrors(() => readHandshakeResponse(Buffer.from(noise), server));
        const damaged = Buffer.concat([full.subarray(0, at % full.length), Buffer.from(noise)]);
        onlyGatewayErrors(() => readHandshakeResponse(damaged, server));
        onlyGatewayErrors(() => readChangeUser(Buffer.from(noise), server));
      }),
      { numRuns: 500 },
    );
  });
});

describe('wire: commands', () => {
  const cases: [string, unknown][] = [
    ['01', { kind: 'quit', code: 1 }],
    ['02 "shop"', { kind: 'initDb', database: Buffer.from('shop') }],
    ['03 "SELECT 1"', { kind: 'query', sql: Buffer.from('SELECT 1') }],
    ['04 "t" 00 "a%"', { kind: 'fieldList', table: Buffer.from('t'), wildcard: Buffer.from('a%') }],
    ['09', { kind: 'statistics', code: 9 }],
    ['0c 05000000', { kind: 'processKill', connectionId: 5 }],
    ['0e', { kind: 'ping', code: 0x0e }],
    ['16 "SELECT ?"', { kind: 'stmtPrepare', sql: Buffer.from('SELECT ?') }],
    ['17 01000000 00 01000000', { kind: 'stmtExecute', statementId: 1, body: bytes('00 01000000') }],
    [
      '18 01000000 0200 "ab"',
      { kind: 'stmtSendLongData', statementId: 1, parameter: 2, data: Buffer.from('ab') },
    ],
    ['19 01000000', { kind: 'stmtClose', statementId: 1 }],
    ['1a 01000000', { kind: 'stmtReset', statementId: 1 }],
    ['1b 0000', { kind: 'setOption', multiStatements: true }],
    ['1b 0100', { kind: 'setOption', multiStatements: false }],
    ['1b 0200', { kind: 'unknown', code: 0x1b }],
    ['1c 01000000 0a000000', { kind: 'stmtFetch', statementId: 1, rowCount: 10 }],
    ['1f', { kind: 'resetConnection', code: 0x1f }],
    ['12', { kind: 'unknown', code: 0x12 }],
    ['fa', { kind: 'unknown', code: 0xfa }],
  ];
  for (const [payload, expected] of cases) {
    it(`reads ${payload}`, () => assert.deepEqual(readCommand(bytes(payload)), expected));
  }

  it('refuses an empty packet and bodies that are too short', () => {
    for (const payload of ['', '17 0100', '18 01000000 02', '19', '1b 00', '0c 0500']) {
      assert.equal(onlyGatewayErrors(() => readCommand(bytes(payload)))?.code, 'MALFORMED_PACKET', payload);
    }
  });

  it('reads COM_CHANGE_USER with and without its tail', () => {
    const body = bytes('"ann" 00 02 "pw" "shop" 00 2d00 "caching_sha2_password" 00');
    const read = readChangeUser(body, server);
    assert.equal(read.user, 'ann');
    assert.equal(read.authData.toString(), 'pw');
    assert.equal(read.database, 'shop');
    assert.equal(read.collationId, 45);
    assert.equal(read.authPlugin, 'caching_sha2_password');
    const short = readChangeUser(bytes('"ann" 00 00 00'), server);
    assert.equal(short.database, undefined);
    assert.equal(short.authPlugin, '');
  });
});

describe('wire: COM_STMT_EXECUTE', () => {
  const context = (parameterCount: number, more: Partial<ExecuteContext> = {}): ExecuteContext => ({
    parameterCount,
    charset: 'utf8mb4',
    longData: new Map(),
    lastTypes: undefined,
    ...more,
  });
  const head = '00 01000000';
  const one = (type: string, value: string) =>
    readExecuteRequest(bytes(`${head} 00 01 ${type} ${value}`), context(1)).parameters[0];

  const values: [name: string, type: string, value: string, kind: string, expected: unknown][] = [
    ['tinyint', '0100', 'ff', 'tinyint', -1],
    ['tinyint unsigned', '0180', 'ff', 'tinyint', 255],
    ['smallint', '0200', '00ff', 'smallint', -256],
    ['smallint unsigned', '0280', '00ff', 'smallint', 65_280],
    ['int', '0300', 'feffffff', 'int', -2],
    ['mediumint unsigned', '0980', 'feffffff', 'int', 4_294_967_294],
    ['bigint', '0800', 'ffffffffffffffff', 'bigint', -1n],
    ['bigint unsigned', '0880', 'ffffffffffffffff', 'bigint', 2n ** 64n - 1n],
    ['year', '0d00', 'e507', 'smallint', 2021],
    ['float', '0400', '0000c03f', 'float', 1.5],
    ['double', '0500', '000000000000f8bf', 'double', -1.5],
    ['null type', '0600', '', 'null', null],
    ['decimal', 'f600', '05 "-1.50"', 'decimal', '-1.50'],
    ['string', 'fe00', '03 "abc"', 'varchar', 'abc'],
    ['var string', 'fd00', '02 c3a9', 'varchar', 'é'],
    ['varchar', '0f00', '00', 'varchar', ''],
    ['json', 'f500', '02 "{}"', 'json', '{}'],
    ['blob', 'fc00', '02 ff00', 'longblob', Buffer.of(0xff, 0)],
    ['bit', '1000', '02 0102', 'bit', 258n],
    ['date', '0a00', '04 e507 06 17', 'date', 18_801],
    ['datetime of 4 bytes', '0c00', '04 e507 06 17', 'datetime', 18_801n * 86_400_000_000n],
    ['datetime of 7 bytes', '0c00', '07 e507 06 17 01 02 03', 'datetime', 1_624_410_123_000_000n],
    ['datetime of 11 bytes', '0c00', '0b e507 06 17 01 02 03 07000000', 'datetime', 1_624_410_123_000_007n],
    ['timestamp', '0700', '07 b207 01 01 00 00 01', 'datetime', 1_000_000n],
    ['before 1970', '0c00', '07 b107 0c 1f 17 3b 3b', 'datetime', -1_000_000n],
    ['time zero', '0b00', '00', 'time', 0n],
    ['time', '0b00', '08 01 01000000 02 03 04', 'time', -(26n * 3600n + 184n) * 1_000_000n],
    ['time with fraction', '0b00', '0c 00 00000000 00 00 01 05000000', 'time', 1_000_005n],
  ];
  for (const [name, type, value, kind, expected] of values) {
    it(`reads ${name}`, () => {
      const parameter = one(type, value);
      assert.equal(parameter?.type.kind, kind);
      assert.deepEqual(parameter?.value, expected);
    });
  }

  it('gives a decimal its precision and scale', () => {
    assert.deepEqual(one('f600', '06 "-01.50"')?.type, { kind: 'decimal', precision: 3, scale: 2 });
    assert.deepEqual(one('f600', '05 "0.001"')?.type, { kind: 'decimal', precision: 3, scale: 3 });
  });

  it('follows the NULL bitmap across bytes', () => {
    const types = '0100'.repeat(10);
    const body = bytes(`${head} 0102 01 ${types} 01 02 03 04 05 06 07 08`);
    const { parameters } = readExecuteRequest(body, context(10));
    assert.deepEqual(
      parameters.map((parameter) => parameter.value),
      [null, 1, 2, 3, 4, 5, 6, 7, 8, null],
    );
  });

  it('uses long data in place of a value, and types of the last execution', () => {
    const first = readExecuteRequest(
      bytes(`${head} 00 01 fc00 fd00 0100 07`),
      context(3, {
        longData: new Map([
          [0, Buffer.of(0xff)],
          [1, Buffer.from('long')],
        ]),
      }),
    );
    assert.deepEqual(
      first.parameters.map((parameter) => parameter.value),
      [Buffer.of(0xff), 'long', 7],
    );
    const again = readExecuteRequest(bytes(`${head} 03 00 08`), context(3, { lastTypes: first.types }));
    assert.deepEqual(
      again.parameters.map((parameter) => parameter.value),
      [null, null, 8],
    );
  });

  it('refuses an execution whose types were never sent', () => {
    const error = onlyGatewayErrors(() => readExecuteRequest(bytes(`${head} 00 00 01`), context(1)));
    assert.equal(error?.code, 'WRONG_ARGUMENTS');
  });

  for (const [name, type, value] of [
    ['a zero date', '0a00', '00'],
    ['a day that does not exist', '0a00', '04 e507 02 1e'],
    ['hour 24', '0c00', '07 e507 06 17 18 00 00'],
    ['a million microseconds', '0c00', '0b e507 06 17 00 00 00 40420f00'],
    ['a time beyond 838:59:59', '0b00', '08 00 23000000 00 00 00'],
    ['a decimal that is none', 'f600', '03 "abc"'],
    ['a decimal of 66 digits', 'f600', `42 "${'9'.repeat(66)}"`],
  ] as const) {
    it(`answers ${name} with error 1292`, () => {
      assert.equal(onlyGatewayErrors(() => one(type, value))?.errno, 1292);
    });
  }

  it('reads a count of parameters under QUERY_ATTRIBUTES, whether or not its flag is set', () => {
    for (const flags of ['00', '08']) {
      const body = Buffer.from(
        `${flags}01000000 01 00 01 0800 00 0500000000000000`.replaceAll(' ', ''),
        'hex',
      );
      const { parameters } = readExecuteRequest(body, {
        parameterCount: 1,
        charset: 'utf8mb4',
        longData: new Map(),
        lastTypes: undefined,
        queryAttributes: true,
      });
      assert.deepEqual(
        parameters.map(({ value }) => value),
        [5n],
      );
    }
  });

  it('takes a string that is no UTF-8 for bytes', () => {
    assert.deepEqual(one('fd00', '01 ff'), { type: { kind: 'longblob' }, value: Buffer.of(0xff) });
  });

  it('refuses lengths and types that do not exist', () => {
    for (const [type, value] of [
      ['0a00', '05 e507061700'],
      ['0b00', '07 00'],
      ['1000', '09 000000000000000000'],
      ['fd00', 'fb'],
      ['fd00', 'ff'],
      ['fd00', 'fe ffffffffffffffff'],
      ['4200', '00'],
    ] as const) {
      assert.equal(onlyGatewayErrors(() => one(type, value))?.code, 'MALFORMED_PACKET', `${type} ${value}`);
    }
  });

  it('never fails other than with a GatewayError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (noise, parameterCount) => {
        onlyGatewayErrors(() => readExecuteRequest(Buffer.from(noise), context(parameterCount)));
        onlyGatewayErrors(() => readCommand(Buffer.from(noise)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('wire: PacketReader', () => {
  it('refuses NULL and 0xFF where a length must stand', () => {
    for (const payload of ['fb', 'ff', 'fc00', 'fd0000', 'fe00000000000000']) {
      const reader = new PacketReader(bytes(payload));
      assert.equal(onlyGatewayErrors(() => reader.lengthEncodedInteger())?.code, 'MALFORMED_PACKET', payload);
    }
  });
});
