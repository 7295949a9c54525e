/** The statements of cases/*.sql, and every pair of operators in one expression, on the gateway and MariaDB. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, newTally, type Pair, startPair } from './pair.ts';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const statementsOf = (file: string): string[] =>
  readFileSync(join(folder, file), 'utf8')
    .split(/;\n/)
    .map((sql) => sql.trim())
    .filter((sql) => sql !== '');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.sql') && file !== 'setup.sql')
  .sort();

const binary = [
  'OR',
  'XOR',
  'AND',
  '=',
  '<=>',
  '<>',
  '<',
  '>=',
  '|',
  '&',
  '<<',
  '>>',
  '-',
  '+',
  '*',
  '/',
  'DIV',
  '%',
  '^',
];
const unary = ['NOT', '!', '-', '~'];

/** `a op b op c`, with a prefix before each operand in turn, BETWEEN, LIKE and IS among them. */
function precedenceStatements(): string[] {
  const pairs = binary.flatMap((first) => binary.map((second) => `6 ${first} 2 ${second} 3`));
  const prefixed = unary.flatMap((sign) =>
    binary.flatMap((operator) => [`${sign} 2 ${operator} 3`, `3 ${operator} ${sign} 2`]),
  );
  const words = binary.flatMap((operator) => [
    `1 ${operator} 2 IS NULL`,
    `1 ${operator} 2 BETWEEN 0 AND 3`,
    `2 BETWEEN 1 AND 3 ${operator} 0`,
    `1 ${operator} 2 IN (2, 3)`,
    `1 ${operator} 2 LIKE 2`,
    `NOT 1 ${operator} 0 IS TRUE`,
    `CASE 1 ${operator} 1 WHEN 1 THEN 2 ELSE 3 END ${operator} 2`,
  ]);
  return [...pairs, ...prefixed, ...words].map((expression) => `SELECT ${expression}`);
}

describe('statements and MariaDB', function () {
  this.timeout(120_000);
  let pair: Pair;

  before(async function () {
    const started = await startPair();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      this.skip();
    }
    pair = started;
    for (const sql of statementsOf('setup.sql')) await pair.both(sql);
  });
  after(() => pair?.stop());

  const check = async (statements: readonly string[]): Promise<void> => {
    const tally = newTally();
    for (const sql of statements) await compare(pair, sql, tally);
    console.log(
      `      ${tally.statements} statements: ${tally.same} the same, ${tally.explained} explained, ${tally.unsupported} not supported`,
    );
    assert.equal(
      tally.found.length,
      0,
      `${tally.found.length} differences:\n    ${tally.found.join('\n    ')}`,
    );
  };

  for (const file of files) it(file, () => check(statementsOf(file)));
  it('precedence', () => check(precedenceStatements()));
});
