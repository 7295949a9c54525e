/** Aggregates and window functions by the kind of their value. */
import { anyKind, column, expression, type Scope } from './expression.ts';
import { build, leaf, type Piece, pick } from './piece.ts';
import type { Kind } from './tables.ts';

const numbers: readonly Kind[] = ['int', 'dec', 'uint'];

/** An aggregate that gives a value of the kind. */
export function aggregates(kind: Kind, scope: Scope): Piece {
  const { next } = scope;
  const of = (argument: Kind, text: (sql: string) => string): Piece =>
    build([expression(argument, 1, scope)], ([sql]) => text(sql!));
  const distinct = next(3) === 0 ? 'DISTINCT ' : '';
  const extreme = (): Piece => {
    const name = pick(['MIN', 'MAX'], next);
    return of(kind, (sql) => `${name}(${sql})`);
  };
  const forms: Partial<Record<Kind, readonly (() => Piece)[]>> = {
    int: [
      () => leaf('COUNT(*)'),
      () => of(anyKind(next), (sql) => `COUNT(${distinct}${sql})`),
      () => build([column('int', scope), column('str', scope)], ([a, b]) => `COUNT(DISTINCT ${a}, ${b})`),
      extreme,
    ],
    uint: [
      () => of(pick(numbers, next), (sql) => `BIT_AND(${sql})`),
      () => of('uint', (sql) => `BIT_OR(${sql})`),
      () => of('uint', (sql) => `BIT_XOR(${sql})`),
      extreme,
    ],
    dec: [
      () => of(pick(numbers, next), (sql) => `SUM(${distinct}${sql})`),
      () => of(pick(numbers, next), (sql) => `AVG(${distinct}${sql})`),
      extreme,
    ],
    dbl: [() => of('dbl', (sql) => `SUM(${sql})`), () => of('dbl', (sql) => `AVG(${sql})`), extreme],
    str: [() => groupConcat(scope, distinct), extreme],
  };
  return pick(forms[kind] ?? [extreme], next)();
}

/** Ordered by all that it joins, so that it has one answer. */
function groupConcat(scope: Scope, distinct: string): Piece {
  const { next } = scope;
  const value = column(pick<Kind>(['int', 'str', 'dec', 'date', 'enum'], next), scope);
  const separator = pick(['', " SEPARATOR '|'", " SEPARATOR ''"], next);
  const direction = pick(['', ' DESC'], next);
  return build([value], ([sql]) => `GROUP_CONCAT(${distinct}${sql} ORDER BY ${sql}${direction}${separator})`);
}

const rowFrames = [
  '',
  ' ROWS 2 PRECEDING',
  ' ROWS UNBOUNDED PRECEDING',
  ' ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
  ' ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING',
  ' ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
  ' ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING',
  ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
];

/** A window function; rows that a peer could stand for have a total order by `unique`. */
export function windows(scope: Scope, unique: readonly string[]): Piece {
  const { next } = scope;
  const partition = next(2) === 0 ? `PARTITION BY ${column(anyKind(next), scope).sql} ` : '';
  const direction = pick(['', ' DESC'], next);
  const first =
    next(2) === 0
      ? `${column(pick<Kind>(['int', 'dec', 'str', 'date', 'enum'], next), scope).sql}${pick(['', ' DESC'], next)}, `
      : '';
  const total = `${partition}ORDER BY ${first}${unique.map((name) => `${name}${direction}`).join(', ')}`;
  const frame = pick(rowFrames, next);
  const kind = anyKind(next);
  const value = expression(kind, 1, scope);
  const number = expression(pick(numbers, next), 1, scope);
  const over = (text: string, ...parts: readonly Piece[]): Piece =>
    build(parts, (sqls) => text.replace('?', () => sqls[0] ?? ''));
  const peers = `${partition}ORDER BY ${column(pick<Kind>(['int', 'str', 'date', 'dec'], next), scope).sql}${direction}`;
  const range = `${partition}ORDER BY ${pick(unique, next)} RANGE BETWEEN ${1 + next(3)} PRECEDING AND ${next(3)} FOLLOWING`;
  const forms: readonly (() => Piece)[] = [
    () => over(`ROW_NUMBER() OVER (${total})`),
    () => over(`RANK() OVER (${peers})`),
    () => over(`DENSE_RANK() OVER (${peers})`),
    () => over(`NTILE(${1 + next(4)}) OVER (${total})`),
    () => over(`PERCENT_RANK() OVER (${peers})`),
    () => over(`CUME_DIST() OVER (${peers})`),
    () => over(`SUM(?) OVER (${total}${frame})`, number),
    () => over(`SUM(?) OVER (${peers})`, number),
    () => over(`SUM(?) OVER (${range})`, number),
    () => over(`COUNT(?) OVER (${total}${frame})`, value),
    () => over(`COUNT(*) OVER (${range})`),
    () => over(`MIN(?) OVER (${total}${frame})`, value),
    () => over(`MAX(?) OVER (${partition})`, value),
    () => over(`LAG(?) OVER (${total})`, value),
    () => over(`LEAD(?, ${next(3)}) OVER (${total})`, value),
    () => over(`FIRST_VALUE(?) OVER (${total}${frame})`, value),
    () => over(`LAST_VALUE(?) OVER (${total}${frame})`, value),
    () => over(`NTH_VALUE(?, ${1 + next(3)}) OVER (${total}${frame})`, value),
    () => over(`AVG(?) OVER (${partition})`, number),
  ];
  return pick(forms, next)();
}
