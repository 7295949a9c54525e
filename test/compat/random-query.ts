/** Random queries over small random tables, and smaller ones that a failing query shrinks to. */
import { numbersFrom } from './statements.ts';

export type Next = (below: number) => number;
type Kind = 'int' | 'dec' | 'dbl' | 'str' | 'date';

/** A piece of SQL that can be replaced by one of its smaller forms. */
export interface Piece {
  readonly sql: string;
  readonly smaller: readonly Piece[];
}

const leaf = (sql: string): Piece => ({ sql, smaller: [] });

/** Joins pieces with text around; it shrinks by shrinking a part, or to one of `instead`. */
function build(
  parts: readonly Piece[],
  text: (sqls: readonly string[]) => string,
  instead: readonly Piece[] = [],
): Piece {
  return {
    sql: text(parts.map(({ sql }) => sql)),
    get smaller() {
      const inner = parts.flatMap((part, index) =>
        part.smaller.map((small) => build(parts.with(index, small), text, instead)),
      );
      return [...instead, ...inner];
    },
  };
}

const kindsOfTable: readonly (readonly [name: string, kind: Kind, type: string])[] = [
  ['a', 'int', 'INT'],
  ['b', 'int', 'BIGINT'],
  ['c', 'dec', 'DECIMAL(8,2)'],
  ['f', 'dbl', 'DOUBLE'],
  ['s', 'str', 'VARCHAR(12)'],
  ['d', 'date', 'DATE'],
];
const kinds: readonly Kind[] = ['int', 'dec', 'dbl', 'str', 'date'];
export const tableNames = ['r1', 'r2', 'r3'] as const;

function literal(kind: Kind, next: Next): string {
  const pick = (values: readonly string[]): string => values[next(values.length)]!;
  switch (kind) {
    case 'int':
      return pick(['0', '1', '2', '3', '5', '-1', '-4', '7', '10', '100']);
    case 'dec':
      return pick(['0.00', '1.50', '2.25', '-3.10', '10.01', '99.99', '0.5']);
    case 'dbl':
      return pick(['0e0', '1.5e0', '-2.25e0', '0.125e0', '8e0', '3e0']);
    case 'str':
      // No blanks: MariaDB's comparison pads texts with them.
      return pick(["''", "'a'", "'B'", "'abc'", "'7'", "'é'", "'x-y'", "'-2.5'"]);
    case 'date':
      return pick(["DATE'2020-02-29'", "DATE'2021-01-01'", "DATE'2021-12-31'", "DATE'1999-06-15'"]);
  }
}

/** Statements that make the tables; the same for the same seed. */
export function randomTables(seed: number): string[] {
  const next = numbersFrom(seed);
  return tableNames.flatMap((name, index) => {
    const rows = Array.from({ length: 6 + index * 3 }, (_, id) => {
      const values = kindsOfTable.map(([, kind]) => (next(5) === 0 ? 'NULL' : literal(kind, next)));
      return `(${id + 1}, ${values.join(', ')})`;
    });
    const columns = kindsOfTable.map(([column, , type]) => `${column} ${type}`).join(', ');
    return [
      `DROP TABLE IF EXISTS ${name}`,
      `CREATE TABLE ${name} (id INT NOT NULL PRIMARY KEY, ${columns})`,
      `INSERT INTO ${name} VALUES ${rows.join(', ')}`,
    ];
  });
}

interface Scope {
  readonly aliases: readonly string[];
  readonly next: Next;
}

function column(kind: Kind, { aliases, next }: Scope): Piece {
  const names = kindsOfTable.filter(([, of]) => of === kind).map(([name]) => name);
  return leaf(`${aliases[next(aliases.length)]}.${names[next(names.length)]}`);
}

function expression(kind: Kind, depth: number, scope: Scope): Piece {
  const { next } = scope;
  if (depth === 0 || next(4) === 0) return next(3) === 0 ? leaf(literal(kind, next)) : column(kind, scope);
  const sub = (of: Kind): Piece => expression(of, depth - 1, scope);
  const call = (name: string, ...args: readonly Piece[]): Piece =>
    build(args, (sqls) => `${name}(${sqls.join(', ')})`, [leaf(literal(kind, () => 1))]);
  const operator = (sign: string, left: Piece, right: Piece): Piece =>
    build([left, right], ([a, b]) => `(${a} ${sign} ${b})`, [left, right]);
  const choose = (...options: readonly (() => Piece)[]): Piece => options[next(options.length)]!();
  const common = [
    () => call('COALESCE', sub(kind), sub(kind)),
    () => call('IF', condition(depth - 1, scope), sub(kind), sub(kind)),
    () => call('NULLIF', sub(kind), sub(kind)),
    () =>
      build(
        [condition(depth - 1, scope), sub(kind), sub(kind)],
        ([w, t, e]) => `CASE WHEN ${w} THEN ${t} ELSE ${e} END`,
      ),
  ];
  switch (kind) {
    case 'int':
      return choose(
        ...common,
        () => operator(['+', '-', '*', 'DIV', '%'][next(5)]!, sub('int'), sub('int')),
        () => call(['ABS', 'SIGN'][next(2)]!, sub('int')),
        () => call(['LENGTH', 'CHAR_LENGTH', 'ASCII'][next(3)]!, sub('str')),
        () => call(['YEAR', 'MONTH', 'DAY', 'DAYOFWEEK', 'QUARTER'][next(5)]!, sub('date')),
        () => call('DATEDIFF', sub('date'), sub('date')),
        () => build([condition(depth - 1, scope)], ([c]) => `(${c})`),
        () => call(['FLOOR', 'CEIL'][next(2)]!, sub('dec')),
        () => call('INSTR', sub('str'), sub('str')),
      );
    case 'dec':
      return choose(
        ...common,
        () => operator(['+', '-', '*'][next(3)]!, sub('dec'), sub(['dec', 'int'][next(2)] as Kind)),
        () => operator('/', sub('int'), sub('int')),
        () => build([sub('dec')], ([a]) => `ROUND(${a}, ${next(3)})`),
        () => call('ABS', sub('dec')),
        () => call('GREATEST', sub('dec'), sub('dec')),
      );
    case 'dbl':
      return choose(
        ...common,
        () =>
          operator(['+', '-', '*', '/'][next(4)]!, sub('dbl'), sub(['dbl', 'int', 'dec'][next(3)] as Kind)),
        () => call(['ABS', 'SQRT', 'FLOOR'][next(3)]!, sub('dbl')),
        () => call('LEAST', sub('dbl'), sub('dbl')),
      );
    case 'str':
      return choose(
        ...common,
        () => call('CONCAT', sub('str'), sub(kinds[next(kinds.length)]!)),
        () => call(['UPPER', 'LOWER', 'REVERSE', 'TRIM'][next(4)]!, sub('str')),
        () => build([sub('str')], ([a]) => `SUBSTRING(${a}, ${next(4) - 1}, ${next(4)})`),
        () => build([sub('str')], ([a]) => `LPAD(${a}, ${next(6)}, '*')`),
        () => build([sub('str')], ([a]) => `REPLACE(${a}, 'a', 'zz')`),
        () => build([sub('date')], ([a]) => `DATE_FORMAT(${a}, '%d.%m.%Y/%W')`),
        () => build([sub('dec')], ([a]) => `CAST(${a} AS CHAR)`),
      );
    case 'date':
      return choose(
        ...common,
        () =>
          build(
            [sub('date')],
            ([a]) => `(${a} + INTERVAL ${next(40) - 20} ${['DAY', 'MONTH', 'YEAR'][next(3)]})`,
          ),
        () => call('LAST_DAY', sub('date')),
      );
  }
}

function condition(depth: number, scope: Scope): Piece {
  const { next } = scope;
  const kind = kinds[next(kinds.length)]!;
  const sub = (of: Kind): Piece => expression(of, Math.max(0, depth - 1), scope);
  const compare = (): Piece =>
    build(
      [sub(kind), sub(kind)],
      ([a, b]) => `${a} ${['=', '<>', '<', '<=', '>', '>=', '<=>'][next(7)]} ${b}`,
    );
  if (depth <= 0) return compare();
  const both = [condition(depth - 1, scope), condition(depth - 1, scope)];
  switch (next(9)) {
    case 0:
      return build(both, ([a, b]) => `(${a} AND ${b})`, both);
    case 1:
      return build(both, ([a, b]) => `(${a} OR ${b})`, both);
    case 2:
      return build([both[0]!], ([a]) => `NOT (${a})`, [both[0]!]);
    case 3:
      return build([sub(kind)], ([a]) => `${a} IS ${next(2) === 0 ? '' : 'NOT '}NULL`);
    case 4:
      return build([sub(kind), sub(kind), sub(kind)], ([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`);
    case 5:
      return build([sub(kind), sub(kind), sub(kind)], ([a, b, c]) => `${a} IN (${b}, ${c})`);
    case 6:
      return build([sub('str')], ([a]) => `${a} LIKE '%a%'`);
    default:
      return compare();
  }
}

/** A condition with a subquery, correlated or not. */
function subqueryCondition(scope: Scope, alias: string): Piece {
  const { next } = scope;
  const table = tableNames[next(tableNames.length)]!;
  const inner: Scope = { aliases: ['q'], next };
  const outer = `${alias}.${['a', 'b', 's', 'd'][next(4)]}`;
  const name = outer.split('.')[1];
  const where = condition(1, next(2) === 0 ? inner : { aliases: ['q', alias], next });
  const forms: readonly ((filter: string) => string)[] = [
    (filter) => `EXISTS (SELECT 1 FROM ${table} q WHERE ${filter})`,
    (filter) => `NOT EXISTS (SELECT 1 FROM ${table} q WHERE ${filter} AND q.${name} = ${outer})`,
    (filter) => `${outer} IN (SELECT q.${name} FROM ${table} q WHERE ${filter})`,
    (filter) => `${outer} NOT IN (SELECT q.${name} FROM ${table} q WHERE ${filter})`,
    (filter) => `${outer} >= (SELECT MAX(q.${name}) FROM ${table} q WHERE ${filter})`,
    (filter) => `${outer} < ALL (SELECT q.${name} FROM ${table} q WHERE ${filter})`,
    (filter) => `${outer} = ANY (SELECT q.${name} FROM ${table} q WHERE ${filter})`,
  ];
  const form = forms[next(forms.length)]!;
  return build([where], ([filter]) => form(filter!), [leaf('TRUE')]);
}

function fromClause(next: Next): { readonly from: Piece; readonly aliases: readonly string[] } {
  const count = 1 + next(2) + (next(5) === 0 ? 1 : 0);
  const aliases = Array.from({ length: count }, (_, index) => `t${index}`);
  const parts: Piece[] = [];
  for (const [index, alias] of aliases.entries()) {
    const table = tableNames[next(tableNames.length)]!;
    if (index === 0) {
      parts.push(leaf(`${table} ${alias}`));
      continue;
    }
    const kind = ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'CROSS JOIN'][next(4)]!;
    if (kind === 'CROSS JOIN') parts.push(leaf(`CROSS JOIN ${table} ${alias}`));
    else {
      const on = condition(1, { aliases: aliases.slice(0, index + 1), next });
      const link = `${aliases[next(index)]}.${['id', 'a', 's'][next(3)]} = ${alias}.${['id', 'a', 's'][next(3)]}`;
      parts.push(
        next(3) === 0
          ? build([on], ([filter]) => `${kind} ${table} ${alias} ON ${filter}`)
          : leaf(`${kind} ${table} ${alias} ON ${link}`),
      );
    }
  }
  return { from: build(parts, (sqls) => sqls.join(' ')), aliases };
}

const list = (pieces: readonly Piece[]): Piece => build(pieces, (sqls) => sqls.join(', '));

function plainSelect(next: Next, wanted?: readonly Kind[]): Piece {
  const { from, aliases } = fromClause(next);
  const scope: Scope = { aliases, next };
  const items = (wanted ?? Array.from({ length: 1 + next(4) }, () => kinds[next(kinds.length)]!)).map(
    (kind) => expression(kind, 2, scope),
  );
  const where =
    next(4) === 0
      ? leaf('TRUE')
      : next(3) === 0
        ? subqueryCondition(scope, aliases[0]!)
        : condition(2, scope);
  const distinct = next(6) === 0 ? 'DISTINCT ' : '';
  return build(
    [list(items), from, where],
    ([select, tables, filter]) => `SELECT ${distinct}${select} FROM ${tables} WHERE ${filter}`,
  );
}

function groupedSelect(next: Next): Piece {
  const { from, aliases } = fromClause(next);
  const scope: Scope = { aliases, next };
  const keys = Array.from({ length: 1 + next(2) }, () =>
    column((['int', 'str', 'date'] as const)[next(3)]!, scope),
  );
  const aggregates = Array.from({ length: 1 + next(3) }, (): Piece => {
    const kind = kinds[next(kinds.length)]!;
    const numeric = (['int', 'dec'] as const)[next(2)]!;
    switch (next(5)) {
      case 0:
        return leaf('COUNT(*)');
      case 1:
        return build([expression(kind, 1, scope)], ([a]) => `COUNT(${next(2) === 0 ? 'DISTINCT ' : ''}${a})`);
      case 2:
        return build([expression(kind, 1, scope)], ([a]) => `${next(2) === 0 ? 'MIN' : 'MAX'}(${a})`);
      default:
        return build([expression(numeric, 1, scope)], ([a]) => `${next(2) === 0 ? 'SUM' : 'AVG'}(${a})`);
    }
  });
  const having = next(3) === 0 ? ` HAVING COUNT(*) > ${next(3)}` : '';
  const where = next(2) === 0 ? leaf('TRUE') : condition(1, scope);
  return build(
    [list(keys), list(aggregates), from, where],
    ([group, select, tables, filter]) =>
      `SELECT ${group}, ${select} FROM ${tables} WHERE ${filter} GROUP BY ${group}${having}`,
  );
}

function windowSelect(next: Next): Piece {
  const table = tableNames[next(tableNames.length)]!;
  const scope: Scope = { aliases: ['t0'], next };
  const partition = next(2) === 0 ? `PARTITION BY ${column('int', scope).sql} ` : '';
  const frame = [
    '',
    ' ROWS 2 PRECEDING',
    ' ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
    ' ROWS UNBOUNDED PRECEDING',
  ][next(4)]!;
  const over = `OVER (${partition}ORDER BY t0.id${next(2) === 0 ? ' DESC' : ''}`;
  const argument = expression((['int', 'dec', 'dbl', 'str'] as const)[next(4)]!, 1, scope);
  const number = expression((['int', 'dec'] as const)[next(2)]!, 1, scope);
  const forms: readonly Piece[] = [
    leaf(`ROW_NUMBER() ${over})`),
    build([number], ([a]) => `SUM(${a}) ${over}${frame})`),
    build([number], ([a]) => `AVG(${a}) ${over}${frame})`),
    build([argument], ([a]) => `COUNT(${a}) ${over}${frame})`),
    build([argument], ([a]) => `MIN(${a}) ${over}${frame})`),
    build([argument], ([a]) => `LAG(${a}) ${over})`),
    build([argument], ([a]) => `FIRST_VALUE(${a}) ${over}${frame})`),
    build([argument], ([a]) => `LAST_VALUE(${a}) ${over}${frame})`),
  ];
  const where = next(2) === 0 ? leaf('TRUE') : condition(1, scope);
  return build(
    [forms[next(forms.length)]!, where],
    ([item, filter]) => `SELECT t0.id, ${item} FROM ${table} t0 WHERE ${filter}`,
  );
}

function setOperation(next: Next): Piece {
  const wanted = Array.from({ length: 1 + next(2) }, () => kinds[next(kinds.length)]!);
  const parts = Array.from({ length: 2 + next(2) }, () => plainSelect(next, wanted));
  const words = parts.map(() => ['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'][next(4)]!);
  return build(
    parts,
    (sqls) => sqls.map((sql, index) => (index === 0 ? sql : `${words[index]} ${sql}`)).join(' '),
    parts,
  );
}

export interface RandomQuery {
  readonly piece: Piece;
  /** Whether ORDER BY makes the order of all rows certain. */
  readonly ordered: boolean;
}

/** One query; the same for the same numbers. Ordered by the key only where that makes the order total. */
export function randomQuery(next: Next): RandomQuery {
  const choice = next(10);
  if (choice < 4) return { piece: plainSelect(next), ordered: false };
  if (choice < 6) return { piece: groupedSelect(next), ordered: false };
  if (choice < 7) return { piece: windowSelect(next), ordered: false };
  if (choice < 8) return { piece: setOperation(next), ordered: false };
  const inner = choice === 8 ? plainSelect(next, ['int', 'str']) : undefined;
  if (inner !== undefined) {
    return {
      piece: build([inner], ([sql]) => {
        const named = sql!.replace(/^SELECT (DISTINCT )?/, 'SELECT $1');
        return `SELECT COUNT(*) FROM (${named.replace(/ FROM /, ' FROM ')}) x`;
      }),
      ordered: false,
    };
  }
  const table = tableNames[next(tableNames.length)]!;
  const scope: Scope = { aliases: ['t0'], next };
  const items = list([expression(kinds[next(5)]!, 2, scope), expression(kinds[next(5)]!, 2, scope)]);
  const key = expression(kinds[next(5)]!, 1, scope);
  const tail = `${next(2) === 0 ? ' DESC' : ''}, t0.id LIMIT ${next(6)} OFFSET ${next(3)}`;
  return {
    piece: build(
      [items, key],
      ([select, by]) => `SELECT t0.id, ${select} FROM ${table} t0 ORDER BY ${by}${tail}`,
    ),
    ordered: true,
  };
}
