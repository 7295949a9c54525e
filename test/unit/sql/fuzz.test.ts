import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { GatewayError } from '../../../src/base/errors.ts';
import { freeWords, reservedWords } from '../../../src/sql/generated/keywords.ts';
import { parse, splitStatements } from '../../../src/sql/parse/parse.ts';
import { printStatement } from '../../../src/sql/print/printer.ts';
import { scanShape } from '../../../src/sql/shape.ts';
import { withoutSpans } from './tree.ts';

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const settings = { seed, numRuns: 1_500 };

/** Everything may be refused, but only by a GatewayError; what is read survives printing. */
function check(text: string): void {
  let parsed: ReturnType<typeof parse>;
  try {
    splitStatements(text);
    scanShape(text);
    parsed = parse(text);
  } catch (error) {
    assert.ok(error instanceof GatewayError, `${JSON.stringify(text)}: ${String(error)}`);
    return;
  }
  for (const { statement } of parsed) {
    const printed = printStatement(statement);
    const [again] = parse(printed);
    assert.ok(again !== undefined, printed);
    assert.deepEqual(withoutSpans(again.statement), withoutSpans(statement), `${text} => ${printed}`);
  }
}

const corpus = readFileSync(new URL('../../parse/identity.sql', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '));

const token = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...reservedWords, ...freeWords) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      't',
      '`x y`',
      '@v',
      '@@s',
      '1',
      '2.5',
      '1e3',
      "'s'",
      '?',
      "x'4D'",
      'N',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...'( ) , . * + - / % = < > ! & | ^ ~ ; := <=> << -> ->> @ @@ { } || &&'.split(' '),
    ),
  },
);

const expression: fc.Arbitrary<string> = fc.letrec<{ expr: string }>((tie) => {
  const operand = tie('expr');
  const joined = (parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map((texts) => texts.join(' '));
  const text = (value: string): fc.Arbitrary<string> => fc.constant(value);
  return {
    expr: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom(
        'a',
        't.b',
        '1',
        '2.5',
        "'x'",
        'NULL',
        'TRUE',
        '?',
        '@v',
        '@@x',
        'NOW()',
        'f(a, 1)',
        'COUNT(*)',
      ),
      joined([
        operand,
        fc.constantFrom(...'OR XOR AND = <=> <> < >= | & << >> + - * / DIV % MOD ^ || &&'.split(' ')),
        operand,
      ]),
      joined([fc.constantFrom('-', '+', '~', '!', 'NOT', 'BINARY'), operand]),
      joined([text('('), operand, text(')')]),
      joined([operand, fc.constantFrom('IS NULL', 'IS NOT TRUE', 'COLLATE utf8mb4_bin')]),
      joined([operand, fc.constantFrom('LIKE', 'NOT LIKE', 'REGEXP', 'SOUNDS LIKE'), operand]),
      joined([operand, fc.constantFrom('IN (', 'NOT IN ('), operand, text(','), operand, text(')')]),
      joined([operand, fc.constantFrom('BETWEEN', 'NOT BETWEEN'), operand, text('AND'), operand]),
      joined([
        operand,
        fc.constantFrom('+', '-'),
        text('INTERVAL'),
        operand,
        fc.constantFrom('DAY', 'HOUR_SECOND'),
      ]),
      joined([text('CASE WHEN'), operand, text('THEN'), operand, text('ELSE'), operand, text('END')]),
      joined([text('(SELECT'), operand, text('FROM t WHERE'), operand, text(')')]),
      joined([text('EXTRACT(YEAR FROM'), operand, text(')')]),
      joined([text('@v :='), operand]),
    ),
  };
}).expr;

describe(`sql: fuzz (FUZZ_SEED=${seed})`, () => {
  it('random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), settings);
    fc.assert(fc.property(fc.string({ maxLength: 200 }), check), settings);
  });

  it('token soup', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 30 }).map((parts) => parts.join(' ')),
        check,
      ),
      settings,
    );
    const select = fc.array(token, { maxLength: 12 }).map((parts) => `SELECT a FROM t ${parts.join(' ')}`);
    fc.assert(fc.property(select, check), settings);
  });

  it('statements with a token replaced, removed or doubled', () => {
    const broken = fc
      .tuple(fc.constantFrom(...corpus), fc.nat(), fc.constantFrom('replace', 'remove', 'double'), token)
      .map(([line, at, how, other]) => {
        const parts = line.split(/(\s+|(?<=[(),])|(?=[(),]))/);
        const index = at % parts.length;
        const kept = how === 'remove' ? [] : how === 'double' ? [parts[index], parts[index]] : [` ${other} `];
        return [...parts.slice(0, index), ...kept, ...parts.slice(index + 1)].join('');
      });
    fc.assert(fc.property(broken, check), { ...settings, numRuns: 6_000 });
  });

  it('every prefix of every statement', () => {
    for (const line of corpus) for (let end = 1; end < line.length; end += 3) check(line.slice(0, end));
  });

  it('random expressions survive printing', () => {
    let read = 0;
    const run = (text: string): void => {
      check(`SELECT ${text}`);
      try {
        parse(`SELECT ${text}`);
        read++;
      } catch {
        // some combinations are errors in MySQL too: `a IS NULL + 1`
      }
    };
    fc.assert(fc.property(expression, run), { ...settings, numRuns: 4_000 });
    assert.ok(read > 1_500, `only ${read} were read`);
  });
});
