import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AssertionError } from '../../src/base/assert.ts';
import { GatewayError } from '../../src/base/errors.ts';
import { charsetInfo, decodeText, encodeText } from '../../src/wire/charset.ts';
import { mapError } from '../../src/wire/error-map.ts';
import { decodeStatement } from '../../src/wire/query-text.ts';

const errnoOf = (run: () => unknown): number => {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error.errno;
    throw error;
  }
  return 0;
};

describe('wire: character sets', () => {
  it('reads latin1 as Windows-1252, each of the 256 bytes', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const decoded = decodeText(all, 'latin1');
    // What MariaDB answers to CONVERT(_latin1 0x80… USING utf8mb4).
    const middle = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
    assert.equal(decoded.slice(0x80, 0xa0), middle);
    assert.equal(
      decoded.slice(0, 0x80) + decoded.slice(0xa0),
      Buffer.from(all.filter((byte) => byte < 0x80 || byte > 0x9f)).toString('latin1'),
    );
    assert.ok(encodeText(decoded, 'latin1').equals(all));
  });

  it('reads back what it wrote, in every character set that can say it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(decodeText(encodeText(text, 'utf8mb4'), 'utf8mb4'), text);
        const latin1 = encodeText(text, 'latin1');
        assert.equal(latin1.length, [...text].length);
        assert.ok(encodeText(decodeText(latin1, 'latin1'), 'latin1').equals(latin1));
      }),
    );
  });

  it('says ? for what a character set has not', () => {
    assert.equal(encodeText('aé€\u{1f600}', 'ascii').toString(), 'a???');
    assert.equal(encodeText('aé€\u{1f600}', 'utf8mb3').toString(), 'aé€?');
    assert.equal(encodeText('aé€\u0416', 'latin1').toString('hex'), '61e9803f');
  });

  it('refuses bytes that are no text instead of replacing them', () => {
    assert.equal(
      errnoOf(() => decodeText(Buffer.of(0x61, 0xff), 'utf8mb4')),
      1300,
    );
    assert.equal(
      errnoOf(() => decodeText(Buffer.of(0xed, 0xa0, 0x80), 'utf8mb4')),
      1300,
    );
    assert.equal(
      errnoOf(() => decodeText(Buffer.of(0x80), 'ascii')),
      1300,
    );
  });

  it('keeps a byte order mark', () => {
    assert.equal(decodeText(Buffer.of(0xef, 0xbb, 0xbf, 0x61), 'utf8mb4'), '\ufeffa');
  });

  it('knows names that clients use', () => {
    assert.deepEqual(
      ['utf8', 'utf8mb4', 'latin1', 'constructor'].map((name) => charsetInfo(name).collationId),
      [33, 45, 8, 45],
    );
  });
});

describe('wire: text of statements', () => {
  const options = { charset: 'utf8mb4', backslashEscapes: true } as const;
  const sql = (...parts: (string | number[])[]): Buffer =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

  it('leaves text as it is', () => {
    assert.equal(decodeStatement(Buffer.from("SELECT _binary'é\\0'"), options), "SELECT _binary'é\\0'");
  });

  it('makes a hex literal of raw bytes behind _binary', () => {
    assert.equal(
      decodeStatement(sql("INSERT INTO t VALUES (_binary'", [0xff, 0x00], "\\'\\n''\\\\', 'é')"), options),
      "INSERT INTO t VALUES ( x'ff00270a275c', 'é')",
    );
    assert.equal(decodeStatement(sql('SELECT _BINARY "', [0xff], '""\'"'), options), "SELECT  x'ff2227'");
  });

  it('leaves backslashes alone when they escape nothing', () => {
    assert.equal(
      decodeStatement(sql("SELECT _binary'", [0xff], "\\', 1"), { ...options, backslashEscapes: false }),
      "SELECT  x'ff5c', 1",
    );
  });

  it('does not look into comments, quoted names and other strings', () => {
    assert.equal(
      decodeStatement(
        sql("SELECT 1 -- _binary'x\n, \"_binary'y'\", `_binary'` /* _binary' */, _binary'", [0x80], "'"),
        options,
      ),
      "SELECT 1 -- _binary'x\n, \"_binary'y'\", `_binary'` /* _binary' */,  x'80'",
    );
  });

  it('answers raw bytes anywhere else with error 1300', () => {
    for (const statement of [
      sql('SELECT `', [0xff], '`'),
      sql('SELECT ', [0xff]),
      sql("SELECT 1 -- '", [0xff], "'"),
      sql("SELECT '", [0xff]),
      sql("SELECT '", [0xff], "\\'"),
    ]) {
      assert.equal(
        errnoOf(() => decodeStatement(statement, options)),
        1300,
      );
    }
  });

  it('makes a hex literal of raw bytes without an introducer, and of no other literal', () => {
    assert.equal(
      decodeStatement(sql("SELECT 'é', '", [0xff], "', _binary'a'"), options),
      "SELECT 'é',  x'ff', _binary'a'",
    );
    assert.equal(decodeStatement(sql("SELECT my_binary'", [0xff], "'"), options), "SELECT my_binary x'ff'");
  });

  it('reads latin1 when the client says so', () => {
    assert.equal(
      decodeStatement(sql("SELECT '", [0xe9], "'"), { ...options, charset: 'latin1' }),
      "SELECT 'é'",
    );
  });

  it('ends with any bytes, in text or in error 1300', () => {
    const noise = fc.array(
      fc.constantFrom("_binary'", "'", '"', '`', '\\', '/*', '*/', '--', '#', '\n', 'a', 'é'),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(noise, fc.nat(30), (parts, at) => {
        const bytes = Buffer.concat(
          [...parts.slice(0, at), [0xff], ...parts.slice(at)].map((part) => Buffer.from(part)),
        );
        const errno = errnoOf(() => decodeStatement(bytes, options));
        assert.ok(errno === 0 || errno === 1300);
      }),
      { numRuns: 500 },
    );
  });
});

describe('wire: error map', () => {
  const secret = 'SELECT c0 FROM read_parquet(/data/secret)';
  const cases: [string, unknown, errno: number, sqlState: string, unexpected: boolean][] = [
    ['our own error', new GatewayError('NO_SUCH_TABLE', 'no t'), 1146, '42S02', false],
    ['a broken invariant', new AssertionError(secret), 1105, 'HY000', true],
    ['any error', new TypeError(secret), 1105, 'HY000', true],
    ['a thrown string', secret, 1105, 'HY000', true],
    ['nothing', undefined, 1105, 'HY000', true],
    ['an interrupted DuckDB', new Error('INTERRUPT Error: Interrupted!'), 1317, '70100', false],
    ['an aborted call', Object.assign(new Error(secret), { name: 'AbortError' }), 1317, '70100', false],
    ['DuckDB out of memory', new Error(`Out of Memory Error: ${secret}`), 1041, 'HY000', true],
    ['a full LMDB', new Error('MDB_MAP_FULL: Environment mapsize limit reached'), 1041, 'HY000', true],
    ['a bad LMDB', Object.assign(new Error(secret), { code: -30_796 }), 1030, 'HY000', true],
    ['a file error', Object.assign(new Error(secret), { code: 'EIO', syscall: 'read' }), 1030, 'HY000', true],
    ['DuckDB IO', new Error(`IO Error: ${secret}`), 1030, 'HY000', true],
    [
      'a network error',
      Object.assign(new Error(secret), { code: 'ECONNREFUSED', syscall: 'connect' }),
      1430,
      'HY000',
      true,
    ],
    [
      'a wrapped failure of storage',
      new GatewayError('STORAGE_ERROR', 'neutral', { cause: secret }),
      1030,
      'HY000',
      true,
    ],
  ];
  for (const [name, error, errno, sqlState, unexpected] of cases) {
    it(`${name} is ${errno}`, () => {
      const mapped = mapError(error);
      assert.equal(mapped.errno, errno);
      assert.equal(mapped.sqlState, sqlState);
      assert.equal(mapped.unexpected, unexpected);
      assert.ok(!mapped.message.includes('secret'), mapped.message);
      assert.ok(mapped.message.length > 0);
    });
  }

  it('keeps the message of our own errors', () => {
    assert.equal(
      mapError(new GatewayError('NO_SUCH_TABLE', "Table 't' doesn't exist")).message,
      "Table 't' doesn't exist",
    );
  });
});
