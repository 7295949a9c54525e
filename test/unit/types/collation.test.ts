/** Keys of collations: what they order, and that MariaDB's weights of every character say the same. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import mysql from 'mysql2/promise';
import { compareText } from '../../../src/planner/evaluator/compare.ts';
import { collationFold, collationKey, collationWeights, foldPattern } from '../../../src/types/collation.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';

/** Every text equal to its neighbours in a group and less than those of the next group. */
function checkOrder(collation: string, groups: readonly (readonly string[])[]): void {
  const key = collationKey(collation);
  for (const [index, group] of groups.entries()) {
    for (const text of group) {
      assert.equal(key(text), key(group[0]!), `${collation}: ${JSON.stringify([text, group[0]])}`);
      const next = groups[index + 1]?.[0];
      if (next !== undefined)
        assert.ok(compareText(key(text), key(next)) < 0, `${collation}: ${JSON.stringify([text, next])}`);
    }
  }
}

describe('keys of collations', () => {
  it('come from the weights by which keys have been stored', () => {
    // Primary keys of data directories hold these weights: other ones would misplace every key that stands there.
    const weights = inflateRawSync(readFileSync(new URL('../../../weights/uca.bin', import.meta.url)));
    assert.equal(
      createHash('sha256').update(weights).digest('hex'),
      '4a6a4178567df8c33f98feaae478bc7b5c89f3cea3180184bb3a8c86dedd8546',
    );
  });

  it('pad with spaces, whatever follows a space', () => {
    for (const collation of [
      'utf8mb4_bin',
      'utf8mb4_general_ci',
      'utf8mb4_unicode_ci',
      'latin1_swedish_ci',
    ]) {
      checkOrder(collation, [['a\t', 'a\t '], ['a \t'], ['a', 'a ', 'a   '], ['a  b'], ['a b']]);
      checkOrder(collation, [['\t'], ['', ' ', '  '], ['a']]);
    }
    checkOrder('utf8mb4_bin', [['a \x1e'], ['a \x1f'], ['a'], ['a !'], ['a\x20a']]);
    checkOrder('utf8mb4_bin', [['a\x1e'], ['a\x1f\x02'], ['a\x1f'], ['a \x1e'], ['a']]);
  });

  it('do not pad in the collations of 9.0', () => {
    for (const collation of ['utf8mb4_0900_bin', 'utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_cs'])
      checkOrder(collation, [['a'], ['a '], ['a  ']]);
  });

  it('tell accents and case apart as far as the name says', () => {
    checkOrder('utf8mb4_0900_ai_ci', [
      ['a', 'A', 'á', 'Á', 'a\u0301', '\uff41'],
      ['ß', 'ss', 'SS'],
      ['z', 'Z'],
    ]);
    checkOrder('utf8mb4_0900_as_ci', [['a', 'A'], ['á', 'Á', 'a\u0301'], ['ss', 'SS'], ['ß'], ['z', 'Z']]);
    checkOrder('utf8mb4_0900_as_cs', [['a'], ['A'], ['á', 'a\u0301'], ['Á'], ['ab']]);
    checkOrder('utf8mb4_general_ci', [['a', 'A', 'á'], ['s', 'S', 'ß'], ['ss'], ['æ', 'Æ']]);
    checkOrder('utf8mb4_unicode_ci', [
      ['a', 'A', 'á', 'a\u0301'],
      ['æ', 'Æ'],
      ['dž', 'ǆ', 'Ǆ'],
      ['ss', 'ß'],
      ['z'],
    ]);
    checkOrder('latin1_swedish_ci', [
      ['a', 'A', 'à'],
      ['u', 'U'],
      ['y', 'ü', 'Y'],
      ['z'],
      ['å'],
      ['ä', 'æ'],
      ['ö'],
    ]);
    checkOrder('ascii_general_ci', [
      ['A', 'a'],
      ['b', 'B'],
    ]);
  });

  it('fold characters for LIKE without making signs of them', () => {
    const fold = collationFold('utf8mb4_0900_ai_ci');
    assert.equal(fold('aÁ'), 'AA');
    assert.equal(fold('\uff05'), fold('%'));
    assert.notEqual(fold('%'), '%');
    assert.equal(foldPattern('a%_', '\\', 'utf8mb4_general_ci'), 'A%_');
    assert.equal(foldPattern('\\%|%', '|', 'utf8mb4_general_ci'), `${fold('\\')}%${fold('%')}`);
  });
});

/** Weights as WEIGHT_STRING shows them, four hexadecimal digits each, as the text that a key is. */
function textOfWeights(hex: string): string {
  let text = '';
  for (const unit of hex.match(/.{4}/g) ?? []) {
    const weight = Number.parseInt(unit, 16);
    text += String.fromCodePoint(weight < 0xd800 ? weight : weight + 0x800);
  }
  return text;
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

describe('weights of MariaDB', function () {
  this.timeout(120_000);
  let server: MariaDb | undefined;
  let connection: mysql.Connection;

  before(async function () {
    const started = await startMariaDb();
    if ('missing' in started) {
      this.skip();
      return;
    }
    server = started;
    connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: server.port,
      user: 'root',
      database: 'mysql',
    });
  });

  after(async () => {
    await connection?.end();
    await server?.stop();
  });

  for (const collation of ['utf8mb4_unicode_ci', 'utf8mb4_unicode_520_ci']) {
    it(`of every character are those of ${collation}`, async () => {
      const weigh = collationWeights(collation);
      for (let first = 0; first <= 0x10ffff; first += 0x10000) {
        const [rows] = await connection.query<mysql.RowDataPacket[]>({
          sql:
            'SELECT seq, HEX(WEIGHT_STRING(CONVERT(CHAR(seq USING utf32) USING utf8mb4) ' +
            `COLLATE ${collation})) FROM seq_${first}_to_${first + 0xffff}`,
          rowsAsArray: true,
        });
        for (const [code, weights] of rows as unknown as [number, string][]) {
          if (isSurrogate(code)) continue;
          const found = weigh(String.fromCodePoint(code));
          if (found !== textOfWeights(weights))
            assert.equal(found, textOfWeights(weights), `U+${code.toString(16)}`);
        }
      }
    });
  }

  for (const collation of [
    'utf8mb4_general_ci',
    'utf8mb4_bin',
    'latin1_swedish_ci',
    'latin1_general_ci',
    'latin1_general_cs',
    'latin1_bin',
    'ascii_general_ci',
  ]) {
    it(`order the characters as ${collation} does`, async () => {
      const set = collation.slice(0, collation.indexOf('_'));
      const last = set === 'utf8mb4' ? 0x2ffff : set === 'latin1' ? 255 : 127;
      const character =
        set === 'utf8mb4' ? 'CONVERT(CHAR(seq USING utf32) USING utf8mb4)' : `CHAR(seq USING ${set})`;
      const [rows] = await connection.query<mysql.RowDataPacket[]>({
        sql:
          `SELECT CONVERT(${character} USING utf8mb4), DENSE_RANK() OVER (ORDER BY ${character} COLLATE ${collation}) ` +
          `FROM seq_0_to_${last} WHERE seq NOT BETWEEN 55296 AND 57343`,
        rowsAsArray: true,
      });
      const key = collationKey(collation);
      const ranked = (rows as unknown as [string, number][])
        .map(([text, rank]) => ({ key: key(text), rank, text }))
        .sort((a, b) => compareText(a.key, b.key) || a.rank - b.rank);
      for (const [index, { key: own, rank, text }] of ranked.entries()) {
        const before = ranked[index - 1];
        if (before === undefined) continue;
        const step = before.key === own ? 0 : 1;
        assert.equal(rank - before.rank, step, `${JSON.stringify([before.text, text])}`);
      }
    });
  }
});
