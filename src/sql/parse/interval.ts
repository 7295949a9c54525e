import type { Expr, IntervalUnit } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { isQueryParenthesis } from './parenthesis.ts';

const units: ReadonlyMap<string, IntervalUnit> = new Map(
  (
    [
      'MICROSECOND',
      'SECOND',
      'MINUTE',
      'HOUR',
      'DAY',
      'WEEK',
      'MONTH',
      'QUARTER',
      'YEAR',
      'SECOND_MICROSECOND',
      'MINUTE_MICROSECOND',
      'MINUTE_SECOND',
      'HOUR_MICROSECOND',
      'HOUR_SECOND',
      'HOUR_MINUTE',
      'DAY_MICROSECOND',
      'DAY_SECOND',
      'DAY_MINUTE',
      'DAY_HOUR',
      'YEAR_MONTH',
    ] as const
  ).flatMap((unit): [string, IntervalUnit][] => [
    [unit, unit],
    // the ODBC names, which MySQL takes for the simple units
    [`SQL_TSI_${unit}`, unit],
  ]),
);

export function parseIntervalUnit(cursor: Cursor): IntervalUnit {
  const unit = units.get(cursor.symbol);
  if (unit === undefined) return cursor.fail('an interval unit');
  cursor.position++;
  return unit;
}

export type Interval =
  | { readonly kind: 'interval'; readonly amount: Expr; readonly unit: IntervalUnit }
  | { readonly kind: 'function'; readonly expr: Expr };

/**
 * `INTERVAL amount unit`, or the function `INTERVAL(n, a, …)`: which one shows only after the first
 * expression in the parentheses, so `goOn` continues an amount such as `(1 + 1) * 2` from there.
 */
export function parseInterval(
  cursor: Cursor,
  goOn: (cursor: Cursor, left: Expr, start: number) => Expr,
): Interval {
  const { start } = cursor;
  cursor.expect('INTERVAL');
  let amount: Expr;
  if (cursor.is('(') && !isQueryParenthesis(cursor)) {
    const open = cursor.start;
    cursor.expect('(');
    const first = cursor.expression();
    if (cursor.is(',')) {
      const args = [first];
      while (cursor.accept(',')) args.push(cursor.expression());
      cursor.expect(')');
      const expr = { kind: 'call', database: null, name: 'INTERVAL', args, start, end: cursor.end } as const;
      return { kind: 'function', expr };
    }
    cursor.expect(')');
    amount = goOn(cursor, first, open);
  } else {
    amount = cursor.expression();
  }
  return { kind: 'interval', amount, unit: parseIntervalUnit(cursor) };
}
