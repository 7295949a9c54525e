/**
 * Random texts under every collation: point, range and scan give the same, and where MariaDB has the collation it gives
 * that too. `TIDEGATE_COLLATION_TEXTS=200 TIDEGATE_RANDOM_SEED=7` asks for more texts, by another seed.
 */
import assert from 'node:assert/strict';
import { type Pair, startPair } from './pair.ts';
import type { Answer } from './side.ts';

const seed = Number(process.env.TIDEGATE_RANDOM_SEED ?? 1);
const count = Number(process.env.TIDEGATE_COLLATION_TEXTS ?? 8);

/** Letters with case, accents and several spellings, ligatures, signs of LIKE, spaces, what weighs nothing. */
const pieces =
  'a A á Ä ä a\u0308 b ß s S ss æ Æ ae ǆ Ǆ dž e é É e\u0301 i I ı İ Σ ς σ П п й и\u0306 漢 字 豈 한 하 \u1112\u1161 😀 😁 ' +
  '- _ % 0 ９ Ａ ﬁ fi \u00ad \u200d \u0301 \u0e40\u0e01 \u01c5 \ufdfa';
const alphabet = [...pieces.split(' '), ' ', '  ', '\t', '\u001f', ''];

/** Mulberry32: small, and the same everywhere. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function textsOf(random: () => number, length: number): string[] {
  const pick = (): string => alphabet[Math.floor(random() * alphabet.length)]!;
  return Array.from({ length }, () => Array.from({ length: Math.floor(random() * 4) }, pick).join(''));
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** The first column of an answer, joined; an error as its text. */
function shown(answer: Answer): string {
  if (answer.kind === 'error') return `error ${answer.errno} ${answer.message}`;
  return answer.kind === 'rows' ? answer.rows.map((row) => row[0]?.toString('utf8') ?? 'NULL').join() : 'ok';
}

/** A text as the literal that it is, and as a pattern of LIKE that keeps its signs. */
const queriesOf = (table: string, text: string, other: string): readonly (readonly [string, string])[] => {
  const [x, y] = [quoted(text), quoted(other)];
  const scanned = (where: string): string => `SELECT GROUP_CONCAT(v ORDER BY v) FROM ${table} WHERE ${where}`;
  return [
    // What the key finds, and what comparing every row finds.
    [`SELECT COALESCE(MAX(v), 'NULL') FROM (SELECT v FROM ${table} WHERE k = ${x}) d`, scanned(`k = ${x}`)],
    [`SELECT v FROM ${table} WHERE k = ${x}`, `SELECT v FROM ${table} WHERE CONCAT(k, '') = ${x}`],
    [
      `SELECT v FROM ${table} WHERE k IN (${x}, ${y}) ORDER BY v`,
      `SELECT v FROM ${table} WHERE s = ${x} OR s = ${y} ORDER BY v`,
    ],
    [
      `SELECT v FROM ${table} WHERE k >= ${x} ORDER BY k LIMIT 5`,
      `SELECT v FROM (SELECT v, s, COUNT(*) OVER () FROM ${table}) d WHERE s >= ${x} ORDER BY s LIMIT 5`,
    ],
    [
      `SELECT v FROM ${table} WHERE k < ${x} ORDER BY k DESC LIMIT 5`,
      `SELECT v FROM (SELECT v, s, COUNT(*) OVER () FROM ${table}) d WHERE s < ${x} ORDER BY s DESC LIMIT 5`,
    ],
    [scanned(`s LIKE ${x}`), scanned(`s LIKE CONCAT(${x}, '')`)],
    [scanned(`s BETWEEN ${x} AND ${y}`), scanned(`s >= ${x} AND NOT s > ${y}`)],
  ];
};

const ofMariadb = ['utf8mb4_bin', 'utf8mb4_general_ci', 'utf8mb4_unicode_ci', 'utf8mb4_unicode_520_ci'];
const ofMysql = ['utf8mb4_0900_bin', 'utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_ci', 'utf8mb4_0900_as_cs'];

describe('texts of every collation', function () {
  this.timeout(600_000);
  let pair: Pair;

  before(async function () {
    const started = await startPair();
    if ('missing' in started) {
      console.warn(`skipped: ${started.missing}`);
      this.skip();
      return;
    }
    pair = started;
  });

  after(async () => {
    await pair?.stop();
  });

  for (const collation of [...ofMariadb, ...ofMysql]) {
    it(`${collation}, seed ${seed}`, async () => {
      const random = randomOf(seed);
      const sides = ofMariadb.includes(collation) ? [pair.ours, pair.theirs] : [pair.ours];
      const both = async (sql: string): Promise<string> => {
        const [ours, theirs] = await Promise.all(sides.map(async (side) => shown(await side.run(sql))));
        if (theirs !== undefined) assert.equal(ours, theirs, sql);
        return ours!;
      };
      const table = `t_${collation}`;
      const type = `VARCHAR(80) COLLATE ${collation}`;
      await both(`CREATE TABLE ${table} (k ${type} PRIMARY KEY, v INT, s ${type})`);
      const texts = textsOf(random, count * 2);
      // Of texts that are one key the first stays, on both.
      const rows = texts.map((text, index) => `(${quoted(text)}, ${index}, ${quoted(text)})`);
      await both(`INSERT IGNORE INTO ${table} VALUES ${rows.join(', ')}`);
      await both(`SELECT COUNT(*), COUNT(DISTINCT s) FROM ${table}`);
      await both(`SELECT v FROM ${table} ORDER BY s`);
      for (const text of [...textsOf(random, count), ...texts.slice(0, count)]) {
        const other = texts[Math.floor(random() * texts.length)]!;
        for (const [first, second] of queriesOf(table, text, other))
          assert.equal(await both(first), await both(second), `${first}\n${second}`);
      }
    });
  }
});
